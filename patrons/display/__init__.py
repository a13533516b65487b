"""Display preferences of a reader: larger letters, furigana above the words.

A cookie without any identity keeps them, and only a press sets it. On a terminal the session keeps
them, so they end with the visit.
"""
