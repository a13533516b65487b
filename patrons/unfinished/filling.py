"""Fill the fields of a form in a finished page with what was typed into it before.

Any form of the portal and of the admin is meant, so it is the page that is changed, not the form
that made it. Only what a visitor can see and change is filled in: no password, nothing hidden.
"""

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from django.utils.html import escape

Typed = Mapping[str, Sequence[str]]
LEFT_ALONE = {"hidden", "password", "submit", "button", "image", "reset", "file"}
TICKED = {"checkbox", "radio"}


def fill_in(page: str, action: str, here: str, typed: Typed) -> str:
    """The page with the values in the form that sends to `action`; `here` is the page's path."""
    parser = _Filler(page, action, here, typed)
    parser.feed(page)
    parser.close()
    for start, end, words in sorted(parser.changes, reverse=True):
        page = page[:start] + words + page[end:]
    return page


class _Filler(HTMLParser):
    """Collects what is to be written where; everything else of the page stays byte for byte."""

    def __init__(self, page: str, action: str, here: str, typed: Typed) -> None:
        super().__init__(convert_charrefs=False)
        self.action, self.here, self.typed = action, here, typed
        self.changes: list[tuple[int, int, str]] = []
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._inside = False
        self._select: str | None = None
        self._textarea: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            sends_to = given.get("action") or self.here
            is_post = given.get("method", "").lower() == "post"
            self._inside = is_post and sends_to.partition("?")[0] == self.action
        if not self._inside:
            return
        name = given.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select is not None and "value" in given:
            self._choose("selected", self._select, given["value"], attrs)
        elif tag == "textarea" and name in self.typed:
            self._textarea = (name, self._here() + len(self.get_starttag_text() or ""))
        elif tag == "input":
            self._input(given, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._textarea:
            name, begins = self._textarea
            self.changes.append((begins, self._here(), f"\n{escape(self.typed[name][-1])}"))
            self._textarea = None

    def _input(self, given: dict[str, str], attrs: list[tuple[str, str | None]]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text").lower()
        if not name or kind in LEFT_ALONE:
            return
        if kind in TICKED:
            self._choose("checked", name, given.get("value", "on"), attrs)
        elif name in self.typed:
            kept = [(key, value) for key, value in attrs if key != "value"]
            self._write("input", [*kept, ("value", self.typed[name][-1])])

    def _choose(
        self, word: str, name: str, value: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        """A box that nobody ticked was not sent at all: it counts as not ticked."""
        rest = [(key, kept) for key, kept in attrs if key != word]
        chosen: list[tuple[str, str | None]] = [(word, None)]
        tag = "option" if word == "selected" else "input"
        self._write(tag, rest + (chosen if value in self.typed.get(name, ()) else []))

    def _write(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        words = "".join(
            f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attrs
        )
        start = self._here()
        end = start + len(self.get_starttag_text() or "")
        self.changes.append((start, end, f"<{tag}{words}>"))

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
