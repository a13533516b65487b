"""The children's face of the catalogue: large, in few words, each kanji with its reading.

It asks the same search as everybody and shows what was made for children; the basket is the same.
"""
