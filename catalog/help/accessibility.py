"""The claims of the accessibility pages about tests. The tests read from here what to try."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

TESTED_ON = date(2026, 11, 26)


class Walk(Enum):
    """A kind of visitor as whom the browser test opens every page."""

    NOBODY = "ログインしていない方"
    PATRON = "ログインした方(中学生以上)"
    CHILD = "ログインした方(小学生)"
    TERMINAL = "館内の検索機"
    PATRON_AT_A_TERMINAL = "館内の検索機でログインした方"
    STAFF = "職員(窓口と管理画面)"


class Outcome(Enum):
    NOT_APPLICABLE = "適用なし"
    MACHINE = "一部を自動検査 問題なし"
    WALKED = "手続きを通して自動検査 問題なし"
    NOT_YET = "まだ"

    @property
    def words(self) -> str:
        return self.value


@dataclass(frozen=True)
class Criterion:
    number: str
    name: str
    level: str
    outcome: Outcome


_MACHINE, _WALKED = Outcome.MACHINE, Outcome.WALKED
_NOT_YET, _NONE = Outcome.NOT_YET, Outcome.NOT_APPLICABLE
# 達成基準 of JIS X 8341-3:2016, levels A and AA.
_ROWS = (
    ("1.1.1", "非テキストコンテンツ", "A", _MACHINE),
    ("1.2.1", "音声だけ及び映像だけ(収録済み)", "A", _NONE),
    ("1.2.2", "キャプション(収録済み)", "A", _NONE),
    ("1.2.3", "音声解説又はメディアに対する代替コンテンツ(収録済み)", "A", _NONE),
    ("1.2.4", "キャプション(ライブ)", "AA", _NONE),
    ("1.2.5", "音声解説(収録済み)", "AA", _NONE),
    ("1.3.1", "情報及び関係性", "A", _MACHINE),
    ("1.3.2", "意味のある順序", "A", _NOT_YET),
    ("1.3.3", "感覚的な特徴", "A", _NOT_YET),
    ("1.4.1", "色の使用", "A", _MACHINE),
    ("1.4.2", "音声の制御", "A", _NONE),
    ("1.4.3", "コントラスト(最低限レベル)", "AA", _MACHINE),
    ("1.4.4", "テキストのサイズ変更", "AA", _MACHINE),
    ("1.4.5", "文字画像", "AA", _NOT_YET),
    ("2.1.1", "キーボード", "A", _WALKED),
    ("2.1.2", "キーボードトラップなし", "A", _WALKED),
    ("2.2.1", "タイミング調整可能", "A", _WALKED),
    ("2.2.2", "一時停止、停止及び非表示", "A", _MACHINE),
    ("2.3.1", "3回のせん(閃)光、又はいき(閾)値以下", "A", _NOT_YET),
    ("2.4.1", "ブロックスキップ", "A", _WALKED),
    ("2.4.2", "ページタイトル", "A", _MACHINE),
    ("2.4.3", "フォーカス順序", "A", _NOT_YET),
    ("2.4.4", "リンクの目的(コンテキスト内)", "A", _MACHINE),
    ("2.4.5", "複数の手段", "AA", _NOT_YET),
    ("2.4.6", "見出し及びラベル", "AA", _NOT_YET),
    ("2.4.7", "フォーカスの可視化", "AA", _WALKED),
    ("3.1.1", "ページの言語", "A", _MACHINE),
    ("3.1.2", "一部分の言語", "AA", _MACHINE),
    ("3.2.1", "フォーカス時", "A", _NOT_YET),
    ("3.2.2", "入力時", "A", _NOT_YET),
    ("3.2.3", "一貫したナビゲーション", "AA", _NOT_YET),
    ("3.2.4", "一貫した識別性", "AA", _NOT_YET),
    ("3.3.1", "エラーの特定", "A", _NOT_YET),
    ("3.3.2", "ラベル又は説明", "A", _MACHINE),
    ("3.3.3", "エラー修正の提案", "AA", _NOT_YET),
    ("3.3.4", "エラー回避(法的、金融及びデータ)", "AA", _NOT_YET),
    ("4.1.1", "構文解析", "A", _NOT_YET),
    ("4.1.2", "名前(name)、役割(role)及び値(value)", "A", _MACHINE),
)
CRITERIA = tuple(Criterion(*row) for row in _ROWS)
