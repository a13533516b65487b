"""Whatever the addresses and forms of the admin and of the counter say, no page breaks."""

import itertools
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.test import Client
from django.urls import reverse

from catalog.models import Contributor, News, ReadingList, Series
from operation.invariants import offenders
from tests.factories import staff
from tests.url_table import CLASSIFIED
from tests.verbs import reserve

pytestmark = pytest.mark.django_db
NONSENSE = ["(", "\0", "9" * 30, "é\ud7ff\u2028"]
OF_DJANGO = ["o", "p", "q", "e", "all", "_popup", "_to_field", "_changelist_filters", "_facets"]


@pytest.fixture
def mighty(borrower, book) -> Client:
    """Somebody who may do everything, before a library in which there is one of each."""
    Contributor.objects.create(name="谷崎 潤一郎")
    Series.objects.create(title="秋川文庫")
    News.objects.create(title="お知らせ", text="本文", shows_from="2026-11-01")
    ReadingList.objects.create(title="おすすめ", shows_from="2026-11-01")
    reserve(borrower, book.bib)
    client = Client()
    client.force_login(staff(), backend="patrons.backends.StaffBackend")
    return client


def tables() -> list[ModelAdmin]:
    return list(admin.site._registry.values())


def page(table: ModelAdmin, which: str, *args: object) -> str:
    name = f"{table.opts.app_label}_{table.opts.model_name}_{which}"
    return reverse(f"admin:{name}", args=args)


def parameters(table: ModelAdmin) -> list[str]:
    filters = [getattr(each, "parameter_name", each) for each in table.list_filter]
    paths = [each if isinstance(each, str) else each[0] for each in filters]
    hierarchy = [f"{table.date_hierarchy}__{part}" for part in ("year", "month", "day")]
    endings = ("__exact", "__id__exact", "__isnull", "__gte")
    named = [f"{path}{end}" for path in paths for end in endings]
    return [*named, *(hierarchy if table.date_hierarchy else [])]


def test_no_word_in_an_address_of_the_admin_breaks_its_pages(mighty):
    words, of_django = itertools.cycle(NONSENSE), itertools.cycle(OF_DJANGO)
    for table in tables():
        row = table.model._default_manager.first()
        of_fields = [field.name for field in table.opts.get_fields()]
        visits = [(page(table, "changelist"), {each: next(words)}) for each in parameters(table)]
        visits.append((page(table, "changelist"), {next(of_django): next(words)}))
        visits.append((page(table, "add"), dict.fromkeys(of_fields, next(words))))
        visits.append((page(table, "add"), dict.fromkeys(of_fields, "(")))
        for which in ("change", "history", "delete"):
            visits.append((page(table, which, f"x{next(words)}".replace("\0", "_00")), {}))
            if row is not None:
                popup = {"_to_field": next(words), "_popup": "(", "_changelist_filters": "("}
                visits.append((page(table, which, row.pk), popup))
        for address, query in visits:
            assert mighty.get(address, query).status_code < 500, (address, query)


def sent_by(response: object) -> dict[str, str]:
    """Every field of the page's form and of its inlines, one empty row of each inline added."""
    context = response.context or {}  # type: ignore[attr-defined]
    if "adminform" not in context:
        return {}
    names = [context["adminform"].form.add_prefix(n) for n in context["adminform"].form.fields]
    counts = {}
    for inline in context["inline_admin_formsets"]:
        formset = inline.formset
        names += [formset.empty_form.add_prefix(n) for n in formset.empty_form.fields]
        counts[f"{formset.prefix}-TOTAL_FORMS"] = "1"
        counts[f"{formset.prefix}-INITIAL_FORMS"] = "0"
    return {name.replace("__prefix__", "0"): "" for name in names} | counts


def spoilt(fields: dict[str, str], word: str) -> Iterator[dict[str, str]]:
    """All fields with the word, with the counts of rows right and wrong; then no field at all."""
    rows = {name: value for name, value in fields.items() if name.endswith("_FORMS")}
    yield dict.fromkeys(fields, word) | rows
    yield dict.fromkeys(fields, word)
    yield {}


def test_no_word_in_a_form_of_the_admin_breaks_it(mighty):
    for table in tables():
        row = table.model._default_manager.first()
        for address in [page(table, "add")] + ([page(table, "change", row.pk)] if row else []):
            fields = sent_by(mighty.get(address))
            for word in ("(", "9" * 30):
                for form in spoilt(fields, word):
                    assert mighty.post(address, form).status_code < 500, (address, word)
        for action in [*(table.actions or []), "nothing"]:
            ticked = {"action": action, "_selected_action": ["(", "9" * 30], "index": "\0"}
            done = mighty.post(page(table, "changelist"), ticked)
            assert done.status_code < 500, (table, action)


def test_no_word_breaks_a_page_of_the_counter(mighty, borrower, book):
    """Every other page of staff, each field of its forms (and some more) with every odd word."""
    [reservation] = borrower.reservations.all()
    fields = ["q", "code", "card", "barcode", "copy", "bib", "branch", "loan", "reservation",
              "page", "year", "day", "scan", "undo", "next", "patron", "reason", "month", "keep",
              "gone", "first", "last", "from", "until", "kind", "of", "by", "drop"]  # fmt: skip
    owned = [each for name, each in CLASSIFIED.items() if each.path.startswith("/admin/")]
    mighty.post("/admin/counter/branch/", {"branch": reservation.pickup_branch_id})
    for each in owned:
        address = each.path.format(
            bib=book.bib_id, reservation=reservation.pk, patron=borrower.pk, list=1
        )
        for word in ("(", "\0"):
            for send in (mighty.get, mighty.post):
                assert send(address, dict.fromkeys(fields, word)).status_code < 500, (address, word)
    assert offenders() == {}
