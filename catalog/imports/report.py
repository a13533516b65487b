"""The result of an import in numbers."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    source: str = ""
    kind: str = ""
    added: int = 0
    changed: int = 0
    same: int = 0
    deleted: int = 0
    skipped: int = 0
    remarked: int = 0
    cut_off: bool = False
    changed_fields: Counter[str] = field(default_factory=Counter)  # by their Japanese names
    samples: list[str] = field(default_factory=list)  # of a dry run, as they would be stored
    seconds: float = 0.0

    @property
    def records(self) -> int:
        return self.added + self.changed + self.same + self.deleted + self.skipped

    @property
    def changed_nothing(self) -> bool:
        return not (self.added or self.changed or self.deleted)

    def lines(self) -> list[str]:
        speed = self.records / self.seconds if self.seconds else 0
        sentences = [
            f"{self.kind}を読みました(取込元: {self.source})。",
            f"新しく入れた {self.added:,}件、直した {self.changed:,}件、"
            f"同じだった {self.same:,}件、消した {self.deleted:,}件、飛ばした {self.skipped:,}件。",
            f"{self.seconds:.1f}秒(1秒に{speed:,.0f}件)。",
        ]
        if self.remarked:
            sentences.append(f"入れたものについて、お知らせが{self.remarked:,}件あります。")
        if self.changed_fields:
            counted = (f"{name} {times:,}件" for name, times in self.changed_fields.most_common())
            sentences.append(f"直したところ: {'、'.join(counted)}。")
        sentences += [f"例 {sample}" for sample in self.samples]
        if self.cut_off:
            sentences.append("ファイルが途中で終わっています。もう一度書き出してもらってください。")
        elif not self.records:
            sentences.append("読める行がひとつもありませんでした。")
        if self.changed_nothing:
            sentences.append("何も変わっていません。")
        return sentences
