"""Which bib a record describes: its own, or the one that its own became part of (まとめる)."""

from collections.abc import Iterable

from catalog.models import MergedBib

Name = tuple[str, str]  # a source, and the number of the record there


class Targets:
    """Of the records of one run over one source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._described: set[Name] = set()  # bibs with something merged into them

    def of(self, keys: Iterable[str]) -> dict[str, Name]:
        """By the record's number. A record is left out when that bib has a record of its own here:
        the same file must not write a bib in two ways, in turns."""
        keys = list(keys)
        former = MergedBib.objects.filter(source=self._source, source_key__in=keys)
        kept = {
            key: (source, source_key)
            for key, source, source_key in former.values_list(
                "source_key", "bib__source", "bib__source_key"
            )
        }
        names = {key: (self._source, key) for key in keys if key not in kept}
        merged_into = MergedBib.objects.filter(bib__source=self._source, bib__source_key__in=names)
        own = merged_into.values_list("bib__source_key", flat=True)
        self._described |= {(self._source, key) for key in own}
        taken = set(self._described)
        for key in sorted(kept):
            if kept[key] not in taken:
                taken.add(kept[key])
                names[key] = kept[key]
        return names
