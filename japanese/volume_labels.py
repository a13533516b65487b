"""Which volume of a set a record is, read from its label or from the end of its title.

A wrong split spoils a title and misleads the suggested order; a missed one costs a suggestion
only. So a title is split only where a volume plainly stands apart:

- after a gap or in brackets at the end: 細雪 上, 家（下）, 世界史 Ⅱ, 1Q84 BOOK1;
- as an ordinal of its kind, even without a gap: 三国志第三巻, 細雪上巻, 古今集巻之五;
- 続 before a gap: 続 氷点, 続・氷点. 続氷点 stays whole, for 続日本紀 must.

Never a bare figure that touches the title (1Q84, 二十四の瞳, 温泉2), or follows Latin letters or
figures (Windows 11, World War II), or lies above 99 (レシピ 100, 東京 2020); never a lone V or X
(プロジェクト X); never a date, a chapter or a prize's round (第二章, 第三回).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from japanese.numerals import NUMBER, plain, read_number

BARE_NUMBER_LIMIT = 99
_LAST = 1_000_000
_PLACES = 10_000  # each further part weighs this much less: 第二部下 is 2.0003

_RANKS = {
    "首": 0, "序": 0, "正": 1, "続": 2, "續": 2, "続々": 3, "続続": 3, "續々": 3,
    "上": 1, "中": 2, "下": 3, "前": 1, "後": 3, "乾": 1, "坤": 2, "天": 1, "地": 2, "人": 3,
    "春": 1, "夏": 2, "秋": 3, "冬": 4, "新年": 1, "増刊": 99, "完": 98,
}  # fmt: skip
_BOOK = "(?:巻|卷|分冊|冊|編|篇|集|輯|部)"
_TIME = "(?:世紀|年度?|月|日|期|季)"
_PART = "(?:話|回|章|夜|稿)"
_PIECE = re.compile(
    "(?P<extra>別巻|別冊|別集|補巻|補遺|付録|総索引|索引)"
    "|(?P<counter>巻?第|その|其の|其之|其|巻[のノ之]?|通巻|(?:シーズン|パート|ディスク) ?|#"
    "|(?i:BOOK|VOL(?:UME)?|V\\.|NO|PART|DISC|SEASON)\\.? ?)?"
    f"(?P<number>{NUMBER})"
    f"(?:(?P<kind>{_BOOK}|号|號)|(?P<time>{_TIME}(?P<issue>号)?)|(?P<part>{_PART}|合併号))?"
    f"|の?(?P<rank>続々|続続|續々|[続續正上中下前後])(?P<ranked>[のノ之]?{_BOOK}|号)?"
    f"|(?P<named>[首序乾坤天地人](?=[のノ之]?{_BOOK})|[春夏秋冬](?=季?号)|新年(?=号)|増刊|完(?=$))"
    f"(?:[のノ之]?{_BOOK}|季?号)?"
)
_OPENING, _CLOSING = "([〔【《〈<「", ")]〕】》〉>」"
_GAP = re.compile(rf"[\s・\-‐−–—―{re.escape(_OPENING + _CLOSING)}]*")
_SUBTITLE_MARKS = "-‐–—―─"
_GAP_OR_BRACKET = re.compile(rf"[\s{re.escape(_OPENING)}]")
_SORTING_COUNTER = re.compile(r"[0０][0-9０-９]+|[0-9０-９]+\s*[（(]")
_BRACKETS = re.escape(_OPENING + _CLOSING) + "（）［］＜＞"
_IN_BRACKETS = re.compile(f"[{_BRACKETS}]([^{_BRACKETS}]*)[{_BRACKETS}]")

_BREAK = re.compile(r"[\s（(［\[〔【《〈＜<]|(?<=[^\x00-\x7f])[-－−](?=.)|(?<=[）)〕\]］】])(?=.)")
_TOUCHING = re.compile(
    f"(?:第{NUMBER}{_BOOK}|(?<![地天海陸水途路頂])[上中下]巻|巻[のノ之]{NUMBER}|(?<=集)巻{NUMBER})$"
)
_SEQUEL = re.compile("^(?P<label>続々|続続|續々|続|續)[\\s・\\-]+(?P<work>[^\\s・\\-].*)$")


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume: its label for display, and its order within the set."""

    label: str
    order: Decimal


def read_volume(label: str) -> Volume | None:
    """Parse an explicit label: 上巻, 第3巻, Ⅱ, 5世紀39号, 01 上巻, 第一話 分身."""
    text = plain(label).strip(" -")
    pieces = list(_pieces(text)) if text[:1] not in _SUBTITLE_MARKS else []
    while pieces and not _ends_at_a_gap(text, pieces[-1].end()):
        pieces.pop()
    if not pieces or pieces[-1]["time"] == "日":
        return None
    return Volume(_display_label(label, pieces), _order(pieces))


def unit_of(labels: Iterable[str]) -> str:
    """Return 号 if every label is an issue, otherwise 巻."""
    return "号" if all(label.endswith(("号", "號")) for label in labels) else "巻"


def split_volume(title: str) -> tuple[str, Volume | None]:
    """Return the title without its volume, and the volume; or the title unchanged and None."""
    for found in _BREAK.finditer(title):
        work, tail = title[: found.start()], title[found.start() :]
        if not re.search(r"\w", work) or not _is_volume(work, tail):
            continue
        if volume := read_volume(tail.lstrip("-－−")):
            return work.rstrip(" \u3000・-－−"), volume
    if (touching := _TOUCHING.search(title)) and touching.start() > 1:
        return title[: touching.start()].rstrip(), read_volume(touching[0])
    if sequel := _SEQUEL.match(title):
        return sequel["work"], read_volume(sequel["label"])
    return title, None


def _is_volume(work: str, tail: str) -> bool:
    """Whether the text after a break in a title is a volume, and not a part of the title."""
    text = plain(tail).strip(" -")
    pieces = list(_pieces(text))
    if not pieces:
        return False
    first, last = pieces[0], pieces[-1]
    if _GAP.fullmatch(text, last.end()):
        if last["part"] or _is_count(first) or all(map(_is_time, pieces)):
            return False
        return not all(map(_is_bare, pieces)) or _may_stand_bare(work, text, pieces)
    named = first["kind"] in ("巻", "卷", "部", "集", "編", "篇", "冊") or first["ranked"]
    return bool(named) and text[first.end() : first.end() + 1].isspace()


def _is_time(piece: re.Match[str]) -> bool:
    """Whether the part is a year or a month. Only with 号 it counts issues."""
    return bool(piece["time"]) and not piece["issue"] and not piece["counter"]


def _is_count(piece: re.Match[str]) -> bool:
    """Whether the part says how many, as 五十篇 but not 第五篇. 第九 is Beethoven's symphony."""
    many = piece["kind"] in ("編", "篇", "冊", "分冊", "集", "輯") and not piece["counter"]
    return many or piece[0] == "第九"


def _is_bare(piece: re.Match[str]) -> bool:
    """Whether the part is only a figure or a word such as 上, without a counter."""
    said = ("extra", "counter", "kind", "time", "part", "ranked", "named")
    return not any(piece[group] for group in said)


def _may_stand_bare(work: str, text: str, pieces: list[re.Match[str]]) -> bool:
    bracketed = text[0] in _OPENING
    for piece in pieces:
        if piece["rank"] in ("前", "後", "正") and not (bracketed and len(pieces) == 1):
            return False
        if piece["number"] and not 1 <= (read_number(piece["number"]) or 0) <= BARE_NUMBER_LIMIT:
            return False
    if bracketed or not pieces[0]["number"]:
        return True
    return not plain(work).rstrip()[-1].isascii() and text not in ("V", "X")


def _pieces(text: str) -> Iterator[re.Match[str]]:
    """Yield the parts of a label from its start, as far as it can be parsed: 第二部 and 下."""
    place = _GAP.match(text).end()  # type: ignore[union-attr]
    while found := _PIECE.match(text, place):
        yield found
        place = _GAP.match(text, found.end()).end()  # type: ignore[union-attr]


def _ends_at_a_gap(text: str, end: int) -> bool:
    return bool(
        _GAP.fullmatch(text, end) or _GAP_OR_BRACKET.match(text, end) or text[end - 1 : end] == " "
    )


def _order(pieces: list[re.Match[str]]) -> Decimal:
    values = [_value(piece) for piece in pieces]
    order = Decimal(values[0])
    for place, value in enumerate(values[1:], start=1):
        order += Decimal(min(value, _PLACES - 1)) / _PLACES**place
    return order


def _value(piece: re.Match[str]) -> int:
    if piece["extra"]:
        return _LAST
    if piece["number"]:
        return read_number(piece["number"]) or 0
    return _RANKS[piece["rank"] or piece["named"]]


def _display_label(label: str, pieces: list[re.Match[str]]) -> str:
    """Return the label without brackets, and without a number that only sorts (01 上巻)."""
    text = label.strip(" \u3000-－−・")
    if len(pieces) > 1 and (_says_the_same(*pieces[:2]) or _SORTING_COUNTER.match(text)):
        text = re.sub(r"^[0-9０-９]+\s*", "", text)
    text = text.lstrip("0０") or text
    around = _IN_BRACKETS.fullmatch(text)
    return (around[1].strip() if around else text) or label.strip()


def _says_the_same(first: re.Match[str], second: re.Match[str]) -> bool:
    """Whether a bare number repeats the next part: 10 第十巻."""
    return _is_bare(first) and not _is_bare(second) and _value(first) == _value(second)
