"""Catalogue text for formats that forbid some characters."""

import re

# XML 1.0 has no way to write these, not even as references: controls, surrogates, U+FFFE, U+FFFF.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def for_xml(text: str) -> str:
    return _NOT_IN_XML.sub("", text)


def one_line(text: str) -> str:
    return " ".join(for_xml(text).split())
