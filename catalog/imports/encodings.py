"""Detects the encoding of Japanese text, whatever its file announces.

Windows writes Shift_JIS and EUC-JP with characters of CP932 (髙, ①) that the standards lack. The
error handler `cp932_characters` reads them.
"""

import codecs
import re
from dataclasses import dataclass

# Characters of level 1 of JIS X 0208. Text in a wrong encoding has many others.
_COMMON = frozenset(
    bytes((row, cell)).decode("euc_jp", "ignore")
    for row in range(0xB0, 0xD0)
    for cell in range(0xA1, 0xFF)
)
_KANJI = re.compile("[\u4e00-\u9fff]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]+")
# Punctuation, and a voicing mark or small kana behind a sound that it cannot follow.
_ODD_HALF_WIDTH = re.compile(
    "[｡｢｣､･]|(?:(?<=[^ｳｶ-ﾄﾊ-ﾎ])|^)ﾞ|(?:(?<=[^ﾊ-ﾎ])|^)ﾟ"
    "|(?:(?<=[^ｷｼﾁﾆﾋﾐﾘﾃﾌﾞﾟ])|^)[ｬｭｮ]|(?:(?<=[^ｳｼﾁﾂﾃﾄﾌﾞ])|^)[ｧｨｩｪｫ]"
)
_CONTROLS = re.compile("[\x80-\x9f]")
_ONLY_HALF_WIDTH = re.compile(rb"[\x00-\x7f\xa6-\xdf]*")
_BROKEN_WEIGHS = 4
_JIS = re.compile(rb"\x1b(?:\$[@B]|\([IJ])")
_MAY_BE_BROKEN = 0.02
_ALWAYS_MAY_BE_BROKEN = 4
_EVERY = 10  # one of so many characters is ASCII in UTF-16, or the file is something else


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` is for Python, `name` for staff."""

    codec: str
    name: str

    @property
    def errors(self) -> str:
        return "cp932_characters" if self.codec in ("euc_jp", "iso2022_jp_ext") else "replace"

    def decode(self, data: bytes) -> str:
        return data.decode(self.codec, self.errors)


UTF_8 = Encoding("utf-8-sig", "UTF-8")
SHIFT_JIS = Encoding("cp932", "Shift_JIS")
EUC_JP = Encoding("euc_jp", "EUC-JP")
JIS = Encoding("iso2022_jp_ext", "ISO-2022-JP")
UTF_16 = Encoding("utf-16", "UTF-16")
UTF_16_LE = Encoding("utf-16-le", "UTF-16LE")
UTF_16_BE = Encoding("utf-16-be", "UTF-16BE")
MARC_8 = Encoding("marc-8", "MARC-8")
_NAMED = {
    "utf8": UTF_8, "utf8sig": UTF_8, "shiftjis": SHIFT_JIS, "sjis": SHIFT_JIS,
    "xsjis": SHIFT_JIS, "cp932": SHIFT_JIS, "ms932": SHIFT_JIS, "windows31j": SHIFT_JIS,
    "mskanji": SHIFT_JIS, "eucjp": EUC_JP, "xeucjp": EUC_JP, "eucjpms": EUC_JP, "cp51932": EUC_JP,
    "iso2022jp": JIS, "jis": JIS, "cp50220": JIS, "cp50221": JIS, "utf16": UTF_16,
    "utf16le": UTF_16_LE, "utf16be": UTF_16_BE, "marc8": MARC_8,
}  # fmt: skip
CHOICES = (
    "utf-8", "shift_jis", "euc-jp", "iso-2022-jp", "utf-16", "utf-16le", "utf-16be", "marc-8",
)  # fmt: skip


def named(name: str) -> Encoding | None:
    """Return the encoding of a name as files and people write it; None if it is unknown."""
    plain = re.sub("[^a-z0-9]", "", name.lower())
    if plain in _NAMED:
        return _NAMED[plain]
    try:
        return Encoding(codecs.lookup(name).name, name)
    except (LookupError, ValueError):
        return None


def detect(sample: bytes) -> Encoding:
    """Return the encoding that gives the most plausible text."""
    if wide := utf_16(sample):
        return wide
    if sample.isascii():
        return JIS if _JIS.search(sample) else UTF_8
    if looks_like_utf_8(sample):
        return UTF_8
    return japanese(sample)


def utf_16(sample: bytes) -> Encoding | None:
    """Return UTF-16 by its byte order mark, or by the zero bytes of its ASCII characters."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return UTF_16
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if max(first, second) * _EVERY * 2 < len(sample) or min(first, second) * _EVERY > max(
        first, second
    ):
        return None
    return UTF_16_LE if second > first else UTF_16_BE


def looks_like_utf_8(data: bytes) -> bool:
    """Text in another encoding hardly ever forms valid UTF-8 sequences."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if not broken:
        return True  # what most files are
    return sum(character > "\x7f" for character in text) > 2 * broken


def japanese(data: bytes) -> Encoding:
    """Return EUC-JP or Shift_JIS for text that is neither ASCII nor UTF-8."""
    euc, shift_jis = EUC_JP.decode(data), SHIFT_JIS.decode(data)
    by_euc, by_shift_jis = _strangeness(euc), _strangeness(shift_jis)
    if by_euc == by_shift_jis:  # タナ in half-width kana has the bytes of 静
        return SHIFT_JIS if _ONLY_HALF_WIDTH.fullmatch(data) else EUC_JP
    return EUC_JP if by_euc < by_shift_jis else SHIFT_JIS


def better_of(announced: Encoding, found: Encoding, data: bytes) -> Encoding:
    """Return the announced encoding, unless the other gives more plausible text."""
    as_announced = announced.decode(data)
    if _CONTROLS.search(as_announced):  # the bytes of Japanese text, read as Latin-1
        return found
    return min(
        (announced, as_announced), (found, found.decode(data)), key=lambda one: _strangeness(one[1])
    )[0]


def is_plausible(text: str) -> bool:
    """Whether the text has few enough broken characters to be in this encoding."""
    beyond_ascii = sum(character > "\x7f" for character in text)
    return text.count("\ufffd") <= max(_ALWAYS_MAY_BE_BROKEN, _MAY_BE_BROKEN * beyond_ascii)


def is_japanese(text: str) -> bool:
    """Whether text that was decoded by trial can be Japanese: common kanji and kana prevail."""
    beyond_ascii = sum(character > "\x7f" for character in text)
    return beyond_ascii > 0 and _strangeness(text) * 4 <= beyond_ascii


def _strangeness(text: str) -> int:
    rare = sum(kanji not in _COMMON for kanji in _KANJI.findall(text))
    odd = sum(len(_ODD_HALF_WIDTH.findall(run)) for run in _HALF_WIDTH.findall(text))
    return _BROKEN_WEIGHS * text.count("\ufffd") + rare + odd


def _cp932_characters(error: UnicodeError) -> tuple[str, int]:
    """Read the two bytes that JIS X 0208 lacks as CP932 does."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = error.object[error.start : error.start + 2]
    one_kind = len(pair) == 2 and not (pair[0] ^ pair[1]) & 0x80  # both of EUC or both of JIS
    row, cell = (byte & 0x7F for byte in pair) if one_kind else (0, 0)
    if 0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E:
        try:
            return _shifted(row, cell).decode("cp932"), error.start + 2
        except UnicodeDecodeError:
            pass
    return "\ufffd", error.start + 1


def _shifted(row: int, cell: int) -> bytes:
    """Return the bytes in Shift_JIS of a row and a cell of JIS X 0208."""
    lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
    if row % 2:
        return bytes((lead, cell + (0x20 if cell >= 0x60 else 0x1F)))
    return bytes((lead, cell + 0x7E))


codecs.register_error("cp932_characters", _cp932_characters)
