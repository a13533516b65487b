"""How a reader wants the pages to look: larger letters, readings above the words.

A wish is kept in a cookie that names nobody, and is set only by a press. On a terminal it belongs
to the visit and goes with it.
"""
