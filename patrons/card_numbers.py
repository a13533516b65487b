import unicodedata

LONGEST_NUMBER = 20


def plain_number(text: str) -> str:
    """Return a card number in ASCII digits, however it was typed or scanned."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if c.isalnum())
