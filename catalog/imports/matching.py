"""Finds the bib of a record: its own, or the bib that its own was merged into (まとめる)."""

from collections.abc import Iterable

from catalog.models import MergedBib

Name = tuple[str, str]  # a source, and the key of the record there


class Targets:
    """The bibs of the records of one run over one source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._described: set[Name] = set()  # bibs into which another was merged

    def of(self, keys: Iterable[str]) -> dict[str, Name]:
        """Return the bib by the record's key; None to skip the record.

        A record of a merged bib is skipped if the remaining bib has a record in the same source.
        Otherwise two records of one file would overwrite the bib in turns.
        """
        keys = list(keys)
        merged = MergedBib.objects.filter(source=self._source, source_key__in=keys)
        kept = {
            key: (source, source_key)
            for key, source, source_key in merged.values_list(
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
