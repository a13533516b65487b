"""The children's pages: large, with few words, and furigana on every kanji.

They use the same search, limited to children's material, and the same basket.
"""
