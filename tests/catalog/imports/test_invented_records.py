"""The records that `bench/` writes are as a national library sends them: nothing to remark on."""

from pathlib import Path

from bench.marc import write_marc
from catalog.imports import Problem, import_file
from catalog.models import Bib


def test_invented_records_come_in_whole_and_are_the_same_each_time(db, tmp_path: Path) -> None:
    first, second = tmp_path / "first.mrc", tmp_path / "second.mrc"
    for path in (first, second):
        write_marc(path, 70)
    assert first.read_bytes() == second.read_bytes()
    problems: list[Problem] = []
    report = import_file(first, source="bench", tell=problems.append)
    assert (report.added, problems) == (70, [])
    bibs = list(Bib.objects.prefetch_related("contributions__contributor").order_by("source_key"))
    assert all(bib.title and bib.title_reading and bib.subject_readings for bib in bibs)
    assert all(one.contributor.reading for bib in bibs for one in bib.contributions.all())
    assert [bib.volume for bib in bibs[:6]] == ["第1巻", "第2巻", "第3巻", "第4巻", "第5巻", ""]
    assert len({bib.volume_set_id for bib in bibs[:5]}) == 1
