import unicodedata

LONGEST_NUMBER = 20


def plain_number(text: str) -> str:
    """A number as people type or scan it (full width, with spaces or hyphens) in plain digits."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if c.isalnum())
