"""利用者カード on a phone: the number as a barcode (NW-7, as on the library's cards)."""

from barcode.codabar import CODABAR
from django.utils.html import format_html
from django.utils.safestring import SafeString

FRAME = "A"  # NW-7 begins and ends with a letter; the library's scanners drop it
QUIET = 24  # white on each side, without which scanners see no beginning
HEIGHT = 40


def barcode_svg(card_number: str) -> SafeString | None:
    """Draw black bars on white; return None for a number that NW-7 cannot express."""
    if not card_number.isascii() or not card_number.isdigit():
        return None
    modules = CODABAR(f"{FRAME}{card_number}{FRAME}").build()[0]
    bars = " ".join(
        f"M{QUIET + at} 0h1v{HEIGHT}h-1z" for at, module in enumerate(modules) if module == "1"
    )
    return format_html(
        '<svg class="barcode" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"'
        ' aria-label="利用者番号のバーコード"><path fill="#fff" d="M0 0h{}v{}H0z"/>'
        '<path fill="#000" shape-rendering="crispEdges" d="{}"/></svg>',
        len(modules) + 2 * QUIET,
        HEIGHT,
        len(modules) + 2 * QUIET,
        HEIGHT,
        bars,
    )


def spoken_number(card_number: str) -> str:
    """Group the digits in fours, as people read them out: 1000 0001."""
    return " ".join(card_number[at : at + 4] for at in range(0, len(card_number), 4))
