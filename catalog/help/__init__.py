"""Help written for people: what one can do here, how, and what the rules say.

A topic is an entry of topics.py and a template of the same name. Numbers of rules come from the
policy while the page is made (numbers.py), never out of a sentence.
"""
