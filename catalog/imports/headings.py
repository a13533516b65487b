"""Finds or creates contributors, series and volume sets for a whole batch."""

from collections import defaultdict
from collections.abc import Iterable

from catalog.imports.records import BibRecord, Person
from catalog.imports.validation import volume_set_key
from catalog.models import Contributor, Series, VolumeSet


class Contributors:
    """The contributors of a batch. A name without a reading matches the first of that name."""

    def __init__(self, people: Iterable[Person]) -> None:
        wanted: dict[tuple[str, str], Person] = {}
        for person in people:
            wanted.setdefault((person.name, person.reading), person)
        self._read(wanted)
        missing = [key for key in sorted(wanted, key=_spoken_first) if not self._claim(key)]
        if missing:
            # Another import may add the same names meanwhile; they are read again below.
            Contributor.objects.bulk_create(
                [_contributor(wanted[key]) for key in missing], ignore_conflicts=True
            )
            self._read(wanted)
        self._complete(wanted)

    def of(self, person: Person) -> Contributor:
        return self._found(person.name, person.reading)

    def _read(self, wanted: Iterable[tuple[str, str]]) -> None:
        self._by_name: dict[str, dict[str, Contributor]] = defaultdict(dict)
        names = {name for name, _ in wanted}
        for contributor in Contributor.objects.filter(name__in=names).order_by("pk"):
            self._by_name[contributor.name][contributor.reading] = contributor
        self._claimed = {name for name, found in self._by_name.items() if found}

    def _claim(self, key: tuple[str, str]) -> bool:
        """Whether the heading exists, or will be created with this batch."""
        name, reading = key
        found = reading in self._by_name.get(name, {}) if reading else name in self._claimed
        self._claimed.add(name)
        return found

    def _found(self, name: str, reading: str) -> Contributor:
        of_the_name = self._by_name[name]
        return of_the_name[reading] if reading else next(iter(of_the_name.values()))

    def _complete(self, wanted: dict[tuple[str, str], Person]) -> None:
        """Fill empty fields of the catalogue; existing values are kept."""
        completed = []
        for (name, reading), person in wanted.items():
            contributor = self._found(name, reading)
            new_names = [n for n in person.other_names if n not in contributor.other_names]
            if new_names or (person.romanised and not contributor.romanised):
                contributor.other_names += new_names
                contributor.romanised = contributor.romanised or person.romanised
                completed.append(contributor)
        Contributor.objects.bulk_update(completed, ["other_names", "romanised"])


def _spoken_first(key: tuple[str, str]) -> tuple[bool, str, str]:
    name, reading = key
    return not reading, name, reading


def _contributor(person: Person) -> Contributor:
    return Contributor(
        name=person.name,
        reading=person.reading,
        romanised=person.romanised,
        other_names=list(dict.fromkeys(person.other_names)),
    )


def series_of(records: Iterable[BibRecord]) -> dict[str, Series]:
    readings: dict[str, str] = {}
    for record in records:
        if record.series:
            readings[record.series] = readings.get(record.series) or record.series_reading
    found = _series_titled(readings)
    missing = [
        Series(title=title, reading=reading)
        for title, reading in sorted(readings.items())
        if title not in found
    ]
    if missing:
        Series.objects.bulk_create(missing, ignore_conflicts=True)
        found = _series_titled(readings)
    spoken = [series for title, series in found.items() if readings[title] and not series.reading]
    for series in spoken:
        series.reading = readings[series.title]
    Series.objects.bulk_update(spoken, ["reading"])
    return found


def _series_titled(titles: Iterable[str]) -> dict[str, Series]:
    return {series.title: series for series in Series.objects.filter(title__in=list(titles))}


def volume_sets_of(records: Iterable[BibRecord]) -> dict[str, int]:
    """Return the set of each volume, by the key of its record."""
    keys = {
        record.source_key: volume_set_key(record)
        for record in records
        if record.volume_order is not None
    }
    found = _sets_keyed(keys.values())
    missing = sorted(set(keys.values()) - found.keys())
    if missing:
        VolumeSet.objects.bulk_create(
            [VolumeSet(key=key) for key in missing], ignore_conflicts=True
        )
        found |= _sets_keyed(missing)
    return {source_key: found[key] for source_key, key in keys.items()}


def _sets_keyed(keys: Iterable[str]) -> dict[str, int]:
    return dict(VolumeSet.objects.filter(key__in=set(keys)).values_list("key", "pk"))
