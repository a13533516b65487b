"""Fill the library once; at every later start only bring its days up to today.

1. The catalogue is imported and gets its copies; both pass over what is there already.
2. Patrons, loans and reservations are made in one transaction, which ends by noting the day.
3. When a day has been noted, everything moves on from it and nothing is made again.
"""

from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from catalog.imports import import_file
from catalog.models import Branch
from demo import people, scenes
from demo.books import Book
from demo.copies import Place, Places, make_copies, places_given_in
from demo.desk import Desk
from demo.invention import invented_places
from demo.sample_books import SampleBooks
from demo.shifting import shift
from notifications.models import JobRun

CATALOGUE = Path(__file__).parent / "catalogue"
AUDIOVISUAL = CATALOGUE / "audiovisual.csv"
BUILT_IN = [
    CATALOGUE / "literature.csv",
    CATALOGUE / "children_and_knowledge.csv",
    AUDIOVISUAL,
]
SOURCE = "sample"
NOTED_AS = "sample_library"  # a row of the daily jobs keeps the day to which all was brought

CONTACTS = {
    "chuo": ("東京都あきる野市一ノ関1-1(見本)", "042-000-1001"),
    "el": ("東京都あきる野市草花1-2(見本)", "042-000-1002"),
    "itsukaichi": ("東京都あきる野市五日市1-3(見本)", "042-000-1003"),
    "masuko": ("東京都あきる野市伊奈1-4(見本)", "042-000-1004"),
}

Say = Callable[[str], None]


def load(catalogue: Path | None, *, say: Say) -> None:
    noted = JobRun.objects.filter(job=NOTED_AS).order_by("-day").first()
    if noted is None:
        fill_shelves(catalogue, say)
        open_it(say)
    elif noted.day < timezone.localdate():
        with transaction.atomic():
            shift(noted.day)
            _note_today()
        say(f"日付を{(timezone.localdate() - noted.day).days}日進めました。")
    else:
        say("見本はきょうの日付になっています。")


def fill_shelves(catalogue: Path | None, say: Say) -> None:
    for code, (address, telephone) in CONTACTS.items():
        Branch.objects.filter(code=code, address="").update(address=address)
        Branch.objects.filter(code=code, telephone="").update(telephone=telephone)
    if catalogue:
        _import(catalogue, None, say)
    for file in [AUDIOVISUAL] if catalogue else BUILT_IN:
        _import(file, SOURCE, say)


def _import(file: Path, source: str | None, say: Say) -> None:
    report = import_file(file, source=source)
    copies = make_copies(report.source, _places_of(file))
    say(f"{file.name}: 書誌 {report.added + report.changed + report.same}件、所蔵 {copies}点")


def _places_of(file: Path) -> Places:
    given = places_given_in(file)
    if given is None:
        return invented_places

    def places(book: Book) -> Sequence[Place]:
        return given.get(book.source_key, [])

    return places


@transaction.atomic
def open_it(say: Say, *, play: Callable[[Desk], None] = scenes.play) -> None:
    """Give the library its people and the last weeks' life."""
    staff = people.register_staff()
    patrons = people.register(people.PEOPLE)
    people.set_up_childrens_mail(patrons[people.SAKURA])
    others = people.register(list(people.extras()))
    play(
        Desk(
            staff=staff,
            branches={branch.code: branch for branch in Branch.objects.all()},
            patrons=patrons,
            others=cycle(others.values()),
            books=SampleBooks(),
        )
    )
    _note_today()
    say(f"利用者 {len(patrons) + len(others)}人、貸出と予約を用意しました。")


def _note_today() -> None:
    JobRun.objects.create(
        job=NOTED_AS, day=timezone.localdate(), finished_at=timezone.now(), result="見本の日付"
    )
