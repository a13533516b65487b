"""`python -m demo.sheet OUT`: photograph every page of a running demo and lay them side by side.

1. Every visitor gets a browser at the width of a phone and one at the width of a desk.
2. Every page is photographed light and dark, whole; what is made for paper, as it is printed.
3. index.html shows it all; first of it, pages that did not open or are wider than their window.
"""

import argparse
import html
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

from demo.console import Trouble, say
from demo.sheet.pages import Sheet, Visitor, visitors

WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
PAPER = (794, 1123)
WORDS = {
    "phone-light": "電話 明るい",
    "phone-dark": "電話 暗い",
    "desk-light": "机 明るい",
    "desk-dark": "机 暗い",
    "print": "印刷",
}


@dataclass
class SheetEntry:
    """What came out of one page."""

    title: str
    path: str
    pictures: dict[str, str] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.sheet")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--only", default="", help="titles or visitors that contain this")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    try:
        made = photograph(options.address.rstrip("/"), options.folder, options.only)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    (options.folder / "index.html").write_text(index(made))
    found = sum(len(entry.found) for rows in made.values() for entry in rows)
    say(f"できました: {options.folder / 'index.html'}(気になるところ {found} 件)")
    return 0


def photograph(address: str, folder: Path, only: str) -> dict[str, list[SheetEntry]]:
    """Give what was shown, by visitor."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    made = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for number, visitor in enumerate(visitors()):
            sheets = [s for s in visitor.sheets if only in s.title or only in visitor.name]
            if sheets:
                say(f"  {visitor.name} {len(sheets)} ページ")
                rows = [SheetEntry(sheet.title, sheet.path) for sheet in sheets]
                for size in WIDTHS if visitor.phone else ["desk"]:
                    _walk(browser, address, folder / f"{number:02}", size, visitor, sheets, rows)
                made[visitor.name] = rows
        browser.close()
    return made


def _walk(
    browser: Browser,
    address: str,
    stem: Path,
    size: str,
    visitor: Visitor,
    sheets: list[Sheet],
    rows: list[SheetEntry],
) -> None:
    width, height = WIDTHS[size]
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",  # a colour on its way is no colour
    )
    context.set_default_timeout(10_000)
    tab = context.new_page()
    try:
        if visitor.arrive:
            visitor.arrive(tab)
    except Error as error:
        raise Trouble(f"{address} でデモが動いていますか。\n{error.message}") from error
    for number, (sheet, entry) in enumerate(zip(sheets, rows, strict=True)):
        name = f"{stem.name}-{number:02}-{size}"
        try:
            _show(tab, sheet, entry, stem.parent, name, size, dark=visitor.dark)
        except Error as error:
            entry.found.append(f"{size}: 開けません: {error.message.splitlines()[0]}")
    context.close()


def _show(
    tab: Page, sheet: Sheet, entry: SheetEntry, folder: Path, name: str, size: str, *, dark: bool
) -> None:
    tab.goto(sheet.path)
    if sheet.then:
        sheet.then(tab)
    entry.path = tab.url.split("/", 3)[-1]
    wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        entry.found.append(f"{size}: 横に {wide} px はみ出しています")
    for scheme in ("light", "dark") if dark else ("light",):
        tab.emulate_media(color_scheme=scheme)
        picture = f"{name}-{scheme}.png"
        tab.screenshot(path=folder / picture, full_page=True, timeout=60_000)
        entry.pictures[f"{size}-{scheme}"] = picture
    tab.emulate_media(color_scheme="light")
    if sheet.printed and size == "desk":
        width, height = PAPER
        window = tab.viewport_size
        tab.set_viewport_size({"width": width, "height": height})
        tab.emulate_media(media="print")
        tab.screenshot(path=folder / f"{name}-print.png", full_page=True)
        entry.pictures["print"] = f"{name}-print.png"
        tab.emulate_media(media="screen")
        if window:
            tab.set_viewport_size(window)


STYLE = """
body { margin: 2rem; font: 16px/1.6 system-ui, sans-serif; color: #333; }
section { margin-top: 3rem; } article { margin: 1.5rem 0; border-top: 1px solid #ccc; }
h3 { margin: .5rem 0; } small { color: #666; font-weight: 400; }
div { display: flex; gap: 1rem; align-items: start; overflow-x: auto; }
figure { margin: 0; } figcaption { color: #666; font-size: 14px; }
img { display: block; max-height: 640px; border: 1px solid #ccc; }
.found { color: #ce0000; }
"""


def index(made: dict[str, list[SheetEntry]]) -> str:
    """The page that shows every picture, and before them what was found."""
    found = [
        f"<li>{_text(visitor)} · {_text(entry.title)}: {_text(sentence)}</li>"
        for visitor, rows in made.items()
        for entry in rows
        for sentence in entry.found
    ]
    sections = [
        f"<section><h2>{_text(visitor)}</h2>{''.join(map(_article, rows))}</section>"
        for visitor, rows in made.items()
    ]
    sentence = f"<ul class=found>{''.join(found)}</ul>" if found else "<p>ありません。</p>"
    return (
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>見た目の確認</title>'
        f"<style>{STYLE}</style><h1>見た目の確認</h1><h2>気になるところ</h2>{sentence}{''.join(sections)}</html>"
    )


def _article(entry: SheetEntry) -> str:
    pictures = "".join(
        f'<figure><figcaption>{WORDS[kind]}</figcaption><a href="{name}">'
        f'<img src="{name}" loading="lazy" alt="{_text(entry.title)} {WORDS[kind]}"></a></figure>'
        for kind, name in entry.pictures.items()
    )
    return (
        f"<article><h3>{_text(entry.title)} <small>/{_text(entry.path)}</small></h3>"
        f"<div>{pictures}</div></article>"
    )


def _text(words: str) -> str:
    return html.escape(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
