"""The values that readers can choose, by their codes in URLs."""

from dataclasses import dataclass
from uuid import uuid4

from django.core.cache import cache

from akiruno_library import policy
from catalog.models import Branch, MaterialType

# The name on the screen, and the RFC 5646 tag with which a screen reader chooses a voice. Some
# languages have two codes in ISO 639-2, and bibs from other libraries use either.
_LANGUAGES = {
    "jpn": ("日本語", "ja"),
    "eng": ("英語", "en"),
    "chi": ("中国語", "zh"),
    "zho": ("中国語", "zh"),
    "kor": ("韓国・朝鮮語", "ko"),
    "fre": ("フランス語", "fr"),
    "fra": ("フランス語", "fr"),
    "ger": ("ドイツ語", "de"),
    "deu": ("ドイツ語", "de"),
    "spa": ("スペイン語", "es"),
    "por": ("ポルトガル語", "pt"),
    "ita": ("イタリア語", "it"),
    "rus": ("ロシア語", "ru"),
    "tgl": ("タガログ語", "tl"),
    "fil": ("フィリピノ語", "fil"),
    "tha": ("タイ語", "th"),
    "lao": ("ラオス語", "lo"),
    "khm": ("カンボジア語", "km"),
    "bur": ("ミャンマー語", "my"),
    "mya": ("ミャンマー語", "my"),
    "vie": ("ベトナム語", "vi"),
    "ind": ("インドネシア語", "id"),
    "may": ("マレー語", "ms"),
    "msa": ("マレー語", "ms"),
    "nep": ("ネパール語", "ne"),
    "hin": ("ヒンディー語", "hi"),
    "ben": ("ベンガル語", "bn"),
    "urd": ("ウルドゥー語", "ur"),
    "sin": ("シンハラ語", "si"),
    "tam": ("タミル語", "ta"),
    "mon": ("モンゴル語", "mn"),
    "ara": ("アラビア語", "ar"),
    "per": ("ペルシア語", "fa"),
    "fas": ("ペルシア語", "fa"),
    "tur": ("トルコ語", "tr"),
    "heb": ("ヘブライ語", "he"),
    "dut": ("オランダ語", "nl"),
    "nld": ("オランダ語", "nl"),
    "swe": ("スウェーデン語", "sv"),
    "dan": ("デンマーク語", "da"),
    "nor": ("ノルウェー語", "no"),
    "fin": ("フィンランド語", "fi"),
    "pol": ("ポーランド語", "pl"),
    "cze": ("チェコ語", "cs"),
    "ces": ("チェコ語", "cs"),
    "ukr": ("ウクライナ語", "uk"),
    "gre": ("ギリシア語", "el"),
    "ell": ("ギリシア語", "el"),
    "lat": ("ラテン語", "la"),
    "epo": ("エスペラント", "eo"),
    "ain": ("アイヌ語", "ain"),
    "mul": ("いくつもの言語", ""),
    "und": ("言語不明", ""),
}
LANGUAGES = {code: name for code, (name, _) in _LANGUAGES.items()}
LANGUAGE_TAGS = {code: tag for code, (_, tag) in _LANGUAGES.items() if tag}
SORTS = {
    "relevance": "関連の高い順",
    "newest": "新しい順",
    "oldest": "古い順",
    "title": "題名の順",
    "title_desc": "題名の逆の順",
    "author": "著者名の順",
    "author_desc": "著者名の逆の順",
    "borrowed": "よく借りられている順",
}
PER_PAGE = (20, 50, 100)
CLASSES = {
    "0": "総記・情報",
    "1": "哲学・宗教",
    "2": "歴史・地理",
    "3": "社会科学",
    "4": "自然科学・医学",
    "5": "技術・家庭",
    "6": "産業",
    "7": "芸術・スポーツ",
    "8": "言語",
    "9": "文学",
}


@dataclass(frozen=True)
class Choices:
    branches: dict[str, Branch]
    materials: dict[str, MaterialType]

    @classmethod
    def load(cls) -> "Choices":
        """Return the choices, a few seconds old at most: every page needs them, and they hardly
        change."""
        stamp = cache.get("choices")
        if stamp is None or stamp not in _kept:
            stamp = uuid4().hex
            _kept.clear()
            _kept[stamp] = cls._read()
            cache.set("choices", stamp, policy.CHOICES_KEPT.total_seconds())
        return _kept.get(stamp) or cls._read()

    @classmethod
    def _read(cls) -> "Choices":
        return cls(
            branches={branch.code: branch for branch in Branch.objects.all()},
            materials={material.code: material for material in MaterialType.objects.all()},
        )


# At most one entry, under the stamp in the cache. The cache itself would pickle every row.
_kept: dict[str, Choices] = {}
