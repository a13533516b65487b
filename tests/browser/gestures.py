"""Two ways to use a page: by touch, and by keyboard alone.

The same tasks are walked with both, so whatever can be pressed can be reached by Tab, is seen
when it is reached, and does the same.
"""

import re
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

FAR = 200  # more presses of Tab than any page of ours needs
SHOWS_WHERE_IT_IS = """e => { const s = getComputedStyle(e), box = e.getBoundingClientRect();
  return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && box.width > 0
    && box.bottom > 0 && box.top < innerHeight; }"""

LOST_THE_FOCUS = "() => window.pressed === true && document.activeElement === document.body"


class Finger:
    """Touches what it sees."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: Locator) -> None:
        what.click()

    def write(self, words: str, into: Locator) -> None:
        into.fill(words)

    def write_day(self, day: date, into: Locator) -> None:
        into.fill(day.isoformat())

    def choose(self, words: str, of: Locator) -> None:
        of.select_option(label=words)


class Keys:
    """Tab, Enter, Space and letters; no pointer is ever used."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: Locator) -> None:
        self._reach(what)
        is_box = what.evaluate("e => ['checkbox', 'radio'].includes(e.type)")
        self.page.evaluate("() => { window.pressed = true; }")  # gone where a new page comes
        self.page.keyboard.press("Space" if is_box else "Enter")

    def write(self, words: str, into: Locator) -> None:
        self._reach(into)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(words)

    def write_day(self, day: date, into: Locator) -> None:
        """In the parts and the order of this browser's own language (launched as English)."""
        self._reach(into)
        self.page.keyboard.type(f"{day:%m%d%Y}")

    def choose(self, words: str, of: Locator) -> None:
        self._reach(of)
        self.page.keyboard.press("Home")
        for _ in range(FAR):
            if of.evaluate("e => e.selectedOptions[0].label") == words:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{words} is not among the choices of {of}")

    def _reach(self, what: Locator) -> None:
        """By Tab from where the focus is; in the page's own part by its link past the rest."""
        expect(what).to_be_visible()
        assert not self.page.evaluate(LOST_THE_FOCUS), "a change in the page took the focus away"
        if what.evaluate("e => e.type === 'radio'"):
            self._reach_a_radio(what)
        elif not self._has_focus(what):
            if what.evaluate("e => !!e.closest('main')") and not self._is_in_main():
                self._skip_to_main()
            for _ in range(FAR):
                self.page.keyboard.press("Tab")
                if self._has_focus(what):
                    break
            else:
                raise AssertionError(f"no Tab leads to {what}")
        assert what.evaluate(SHOWS_WHERE_IT_IS), f"nothing shows the focus on {what}"

    def _reach_a_radio(self, what: Locator) -> None:
        """The arrows go round within a group; Tab reaches only the one that is chosen."""
        name = what.get_attribute("name")
        group = self.page.locator(f"input[type=radio][name='{name}']")
        self._reach_any(group)
        for _ in range(group.count()):
            if self._has_focus(what):
                return
            self.page.keyboard.press("ArrowDown")

    def _reach_any(self, group: Locator) -> None:
        for _ in range(FAR):
            if group.evaluate_all("all => all.includes(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {group}")

    def _skip_to_main(self) -> None:
        self.page.evaluate("() => { document.activeElement.blur(); getSelection().empty(); }")
        self.page.keyboard.press("Tab")
        skip = self.page.get_by_role("link", name=re.compile("^本文 ?へ$"))
        expect(skip).to_be_focused()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main")).to_be_focused()

    def _is_in_main(self) -> bool:
        return self.page.evaluate("() => !!document.activeElement.closest('main')")

    def _has_focus(self, what: Locator) -> bool:
        return what.evaluate("e => e === document.activeElement")


class Album:
    """Pictures of a run, in order, kept for whoever wants to see it afterwards."""

    def __init__(self, folder: Path, stem: str) -> None:
        self.folder, self.stem, self.taken = folder, stem, 0

    def keep(self, page: Page, name: str) -> None:
        self.taken += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(
            path=self.folder / f"{self.stem}-{self.taken:02}-{name}.png", full_page=True
        )
