"""Help pages: what a patron can do, how, and what the rules are.

A topic is an entry of topics.py and a template of the same name. Numbers of rules come from the
policy when the page is made, so that no sentence repeats them.
"""
