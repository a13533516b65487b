"""Pictures as searches, for children who cannot write the word yet."""

from dataclasses import dataclass
from pathlib import Path

from django.utils.safestring import SafeString

from catalog.search import NDC, Clause
from japanese.furigana import spelled

_DRAWN = Path(__file__).parent / "pictures"


@dataclass(frozen=True)
class Picture:
    slug: str
    words: str  # 昔話《むかしばなし》
    clauses: tuple[Clause, ...]

    @property
    def name(self) -> SafeString:
        return spelled(self.words)

    @property
    def drawn(self) -> SafeString:
        return _SVG[self.slug]


def _any(*, classes: str = "", subjects: str = "", titles: str = "") -> tuple[Clause, ...]:
    """Match one of the classes, subjects or titles."""
    return (
        *(Clause(NDC, mark, "starts", "or") for mark in classes.split()),
        *(Clause("subject", word, joint="or") for word in subjects.split()),
        *(Clause("title", word, joint="or") for word in titles.split()),
    )


_SEARCHES = {
    "picture-books": ("えほん", _any(classes="726.6")),
    "stories": ("ものがたり", _any(classes="9")),
    "animals": ("どうぶつ", _any(classes="48 645", subjects="動物 ねこ いぬ ねずみ くま うさぎ")),
    "vehicles": (
        "のりもの",
        _any(classes="536 537 538 68", subjects="乗物 自動車 機関車 鉄道 船 飛行機"),
    ),
    "ghosts": ("おばけ", _any(classes="147", subjects="妖怪 幽霊", titles="おばけ")),
    "tales": ("むかしばなし", _any(classes="388", subjects="昔話 民話 伝説")),
    "dinosaurs": (
        "きょうりゅう",
        _any(classes="457", subjects="恐竜 化石", titles="きょうりゅう"),
    ),
    "space": ("うちゅう", _any(classes="44 538.9", subjects="宇宙 天文 月 星")),
    "body": ("からだ", _any(classes="49", subjects="人体 歯 うんち")),
    "sports": ("スポーツ", _any(classes="78", subjects="スポーツ 野球 サッカー")),
    "cooking": ("りょうり", _any(classes="596 588", subjects="料理 菓子 パン 食物")),
    "crafts": ("こうさく", _any(classes="75 594", subjects="工作 折り紙 手芸 遊び")),
}
PICTURES = {slug: Picture(slug, words, rows) for slug, (words, rows) in _SEARCHES.items()}
_SVG = {slug: SafeString((_DRAWN / f"{slug}.svg").read_text("utf-8").strip()) for slug in PICTURES}  # nosec
SCENE = SafeString((_DRAWN / "scene.svg").read_text("utf-8").strip())  # nosec
