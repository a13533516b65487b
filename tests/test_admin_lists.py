"""The admin's lists and pages: rule 9.3, safety 15 and 19, targets."""

import pytest
import time_machine
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from akiruno_library.admin_lists import QuickPaginator
from catalog.models import Bib, Copy
from catalog.search import rebuild
from loans import history
from operation.invariants import offenders
from patrons.models import Patron, StaffAction
from patrons.models.folded import folded_name
from reservations import material_requests
from tests.factories import BibFactory, CopyFactory, PatronFactory, branch
from tests.verbs import NOON, lend, reserve

pytestmark = pytest.mark.django_db
PATRONS = "/admin/patrons/patron/"
LARGE = {
    "catalog.Bib", "catalog.Copy", "catalog.Contributor", "catalog.Series", "notifications.Mail",
    "patrons.ChangeRecord", "patrons.Patron", "patrons.StaffAction", "reservations.Reservation",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


def found(client: Client, where: str, words: str) -> list[str]:
    """What a list of the admin shows for these words."""
    table = client.get(where).context["cl"].model_admin
    ask = client.post if getattr(table, "posts_its_search", False) else client.get
    response = ask(where, {"q": words}, follow=True)
    assert response.status_code == 200
    return [str(row.pk) for row in response.context["cl"].result_list]


@pytest.mark.parametrize(
    "words",
    [
        "30055", "３００５５５５５", "秋川 花子", "花子", "アキカワ", "あきかわはなこ", "ｱｷｶﾜ ﾊﾅ",
        "042-000-0001", "0420000001", "000-0001", "042000", "０４２（０００）０００１",
    ],
)  # fmt: skip
def test_a_patron_is_found_by_card_name_reading_or_telephone(counter_client, words):
    hanako = PatronFactory(
        card_number="30055555",
        name="秋川 花子",
        name_reading="アキカワ ハナコ",
        telephone="042-000-0001",
    )
    PatronFactory(telephone="042-999-8888")
    assert found(counter_client, PATRONS, words) == [str(hanako.pk)]


@pytest.mark.parametrize(
    "words", ["シヨウジ", "しょうじ", "ショージ", "正司 ｼﾞﾖ", "A-b Ｃ", "\0'%_"]
)
def test_names_are_folded_alike_in_postgresql_and_in_python(words):
    patron = PatronFactory(name=words.replace("\0", ""), name_reading="ア")
    stored = Patron.objects.values_list("name_folded", flat=True).get(pk=patron.pk)
    assert stored == folded_name(words.replace("\0", ""))


def test_every_look_at_a_patron_is_noted(counter_client, borrower, book):
    lend(book, borrower)
    counter_client.get(PATRONS)
    assert not StaffAction.objects.exists()
    text = counter_client.get(f"{PATRONS}{borrower.pk}/change/").content.decode()
    assert book.bib.title not in text
    assert [action.what for action in StaffAction.objects.all()] == ["looked"]
    text = counter_client.get(reverse("library:patron", args=[borrower.pk])).content.decode()
    assert book.bib.title in text
    assert sorted(action.what for action in StaffAction.objects.all()) == ["looked", "looked_loans"]


def test_staff_renew_on_the_telephone(counter_client, borrower, stranger, book):
    loan, theirs = lend(book, borrower), lend(CopyFactory(), stranger)
    where = reverse("library:renew", args=[borrower.pk])
    answer = counter_client.post(where, {"loan": loan.pk}, follow=True)
    assert "返却期限を2027年1月6日(水)まで延長しました。" in answer.content.decode()
    assert (
        "もう延長していて"
        in counter_client.post(where, {"loan": loan.pk}, follow=True).content.decode()
    )
    assert counter_client.post(where, {"loan": theirs.pk}).status_code == 404
    assert counter_client.post(where, {"loan": "x"}).status_code == 404


def test_reading_history_is_nowhere_in_the_admin(counter_client, borrower):
    history.consent(borrower)
    lend(CopyFactory(bib__title="ひみつの本"), borrower)
    borrower.loans.update(returned_at=NOON, patron=None)
    pages = [f"{PATRONS}{borrower.pk}/change/", reverse("library:patron", args=[borrower.pk])]
    pages += [f"{PATRONS}{borrower.pk}/history/", "/admin/patrons/staffaction/"]
    for page in pages:
        text = counter_client.get(page).content.decode()
        assert "ひみつの本" not in text, page
        assert "履歴の同意" not in text, page


def test_what_staff_change_is_in_the_log_and_the_log_is_read_only(counter_client, borrower):
    form = counter_client.get(f"{PATRONS}{borrower.pk}/change/").context["adminform"].form
    given = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    counter_client.post(f"{PATRONS}{borrower.pk}/change/", given | {"telephone": "042-1"})
    assert Patron.objects.get(pk=borrower.pk).telephone == "042-1"
    entry = LogEntry.objects.get()
    text = counter_client.get("/admin/patrons/changerecord/").content.decode()
    assert "電話番号" in text
    assert counter_client.post(f"/admin/patrons/changerecord/{entry.pk}/delete/").status_code == 403
    assert counter_client.get("/admin/patrons/changerecord/", {"q": "counter"}).status_code == 200


def test_a_bib_is_found_by_the_portals_search_and_by_a_barcode(counter_client):
    first = CopyFactory(bib__title="ぐりとぐら", bib__title_reading="グリ ト グラ")
    CopyFactory(bib__title="モモ")
    where = "/admin/catalog/bib/"
    assert found(counter_client, where, "ぐりとぐら") == [str(first.bib_id)]  # without an index
    rebuild()
    for words in ("グリとグラ", first.barcode, first.bib.source_key):
        assert found(counter_client, where, words) == [str(first.bib_id)], words


def test_the_likeliest_bib_comes_first_though_another_is_the_newer_row(counter_client):
    first = CopyFactory(bib__title="ぐりとぐら")
    other = CopyFactory(bib__title="ぐりとぐらとすみれちゃん")
    rebuild()
    likely = [str(first.bib_id), str(other.bib_id)]
    assert found(counter_client, "/admin/catalog/bib/", "ぐりとぐら") == likely


def test_a_reservation_is_found_by_its_bib_its_copy_and_the_words_of_a_request(
    counter_client, borrower, stranger
):
    momo = reserve(borrower, CopyFactory(bib__title="モモ").bib)
    other = reserve(stranger, CopyFactory(bib__title="ぐりとぐら").bib)
    requested = material_requests.request(
        borrower, "山の本", pickup_branch=branch(), contact_method="none", staff=None
    )
    rebuild()
    where = "/admin/reservations/reservation/"
    for words, one in (("もも", momo), (other.copy.barcode, other), ("山の", requested)):
        assert found(counter_client, where, words) == [str(one.pk)], words


def test_the_page_of_a_bib_asks_as_often_for_twenty_copies_as_for_one(counter_client):
    bib = CopyFactory().bib
    page = f"/admin/catalog/bib/{bib.pk}/change/"
    counter_client.get(page)  # what is read once is read now
    with CaptureQueriesContext(connection) as one:
        counter_client.get(page)
    CopyFactory.create_batch(19, bib=bib)
    with CaptureQueriesContext(connection) as twenty:
        assert counter_client.get(page).status_code == 200
    assert len(one) == len(twenty)


def test_a_copy_added_on_the_page_of_its_bib_is_counted(counter_client):
    bib = BibFactory()
    page = f"/admin/catalog/bib/{bib.pk}/change/"
    context = counter_client.get(page).context
    form = context["adminform"].form
    given = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    for inline in context["inline_admin_formsets"]:
        management = inline.formset.management_form
        given |= {management.add_prefix(n): management[n].value() for n in management.fields}
    given |= {
        "copies-TOTAL_FORMS": 1,
        "copies-0-barcode": "1234567890",
        "copies-0-home_branch": branch("el").pk,
        "copies-0-lending": "lent",
    }
    answer = counter_client.post(page, given)
    assert answer.status_code == 302, answer.context["errors"]
    assert Copy.objects.get().current_branch == branch("el")
    assert Bib.objects.get().status.free_at == [branch("el").pk]
    assert offenders() == {}


def test_no_list_counts_further_than_one_can_leaf(monkeypatch):
    monkeypatch.setattr("akiruno_library.admin_lists.REACHABLE", 3)
    BibFactory.create_batch(5)
    with CaptureQueriesContext(connection) as queries:
        assert QuickPaginator(Bib.objects.order_by("title"), 2).count == 3
    assert "LIMIT 3" in queries[0]["sql"]
    counted = {m._meta.label for m, a in admin.site._registry.items() if a.show_full_result_count}
    assert not counted & LARGE


LISTS = ["patrons/patron", "catalog/copy", "catalog/bib", "reservations/reservation"]


@pytest.mark.parametrize("name", LISTS)
def test_a_long_list_asks_the_database_as_often_as_a_short_one(counter_client, name):
    counter_client.get(f"/admin/{name}/")  # what is read once is read now
    counts = []
    for number in (1, 12):
        for _ in range(number):
            reserve(PatronFactory(), CopyFactory().bib)
        with CaptureQueriesContext(connection) as queries:
            assert counter_client.get(f"/admin/{name}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
