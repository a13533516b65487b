"""Lists of staff show no more than their columns and filters (rule 9.8)."""

import itertools
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import get_fields_from_path
from django.test import Client, RequestFactory
from django.urls import reverse

from akiruno_library.admin_lists import LibraryAdmin, LibraryInline
from akiruno_library.roles import ROLES
from catalog.models import News
from operation.invariants import offenders
from patrons.models import StaffAction
from tests.factories import staff, staff_with_role
from tests.verbs import reserve

pytestmark = pytest.mark.django_db
LOOKUPS = ("", "__exact", "__isnull", "__gte", "__startswith", "__in")


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user, backend="patrons.backends.StaffBackend")
    return client


@pytest.fixture
def everybody(borrower, book) -> dict[str, Client]:
    """A browser for each role and for whoever may do everything; there is something to be asked."""
    reserve(borrower, book.bib)
    News.objects.create(title="お知らせ", text="本文", shows_from="2026-11-01")
    clients = {role: client_of(staff_with_role(role)) for role in ROLES}
    return clients | {"everything": client_of(staff("mighty"))}


def columns(table: ModelAdmin) -> Iterator[str]:
    """Every column of the table, and every column of the tables it points to or is named by."""
    for field in table.opts.get_fields():
        name = field.name
        yield name
        if field.is_relation and field.related_model:
            yield from (f"{name}__{other.name}" for other in field.related_model._meta.fields)


def offered(client: Client, where: str) -> set[str]:
    """The parameters of the filters that the page itself shows."""
    changes = client.get(where).context["cl"]
    names = {f"{changes.date_hierarchy}__{part}" for part in ("year", "month", "day")}
    for each in changes.filter_specs:
        for choice in each.choices(changes):
            names |= set(parse_qs(choice["query_string"].lstrip("?"), keep_blank_values=True))
        names |= set(each.expected_parameters())
    return names


def is_of_a_filter(lookup: str, table: ModelAdmin) -> bool:
    declared = [each if isinstance(each, (str, type)) else each[0] for each in table.list_filter]
    names = [getattr(each, "parameter_name", each) for each in declared]
    return lookup in {parameter for name in names for parameter in parameters_of(name, table)}


def parameters_of(name: str, table: ModelAdmin) -> set[str]:
    """What Django's filters ask of this column: not its beginning, nor what stands behind it."""
    known = {name, *(f"{name}__{how}" for how in ("exact", "isnull", "gte", "lt"))}
    head = name.split("__")[0]
    if head in {field.name for field in table.opts.get_fields()}:
        last = get_fields_from_path(table.model, name)[-1]
        if last.is_relation:
            known.add(f"{name}__{last.target_field.name}__exact")
    return known


def test_r9_8_an_address_asks_no_list_for_what_stands_beside_it(everybody):
    """Each column of each table over HTTP, as each role; those of related tables by the rule."""
    for model, table in admin.site._registry.items():
        where = reverse(f"admin:{table.opts.app_label}_{table.opts.model_name}_changelist")
        may = {role: each for role, each in everybody.items() if each.get(where).status_code == 200}
        assert "everything" in may, model
        offers = {role: offered(client, where) for role, client in may.items()}
        dates = {f"{table.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        for column, how in itertools.product(columns(table), LOOKUPS):
            if (lookup := f"{column}{how}") in dates:
                continue
            allowed = table.lookup_allowed(lookup, "1", RequestFactory().get(where))
            assert allowed or lookup not in offers["everything"], (model, lookup)
            # A filter with a single value is not shown, but its parameters are its own.
            assert not allowed or is_of_a_filter(lookup, table), (model, lookup)
            if "__" in column or how != "__isnull":
                continue
            for role, client in may.items():
                status = client.get(where, {lookup: "1"}).status_code
                assert (status == 400) is not allowed, (model, role, lookup, status)


def test_every_table_and_every_inline_of_the_admin_has_the_librarys_base():
    for table in admin.site._registry.values():
        assert isinstance(table, LibraryAdmin), table
        assert all(issubclass(inline, LibraryInline) for inline in table.inlines), table


def test_r9_8_whoever_reads_what_a_patron_reserved_is_noted(everybody, borrower, book):
    """Every page of staff that shows the title of somebody's reservation beside their name."""
    [reservation] = borrower.reservations.all()
    pages = [
        reverse("admin:patrons_patron_change", args=[borrower.pk]),
        reverse("admin:patrons_patron_history", args=[borrower.pk]),
        reverse("admin:reservations_reservation_changelist"),
        reverse("admin:reservations_reservation_change", args=[reservation.pk]),
        reverse("admin:reservations_reservation_history", args=[reservation.pk]),
        reverse("library:patron", args=[borrower.pk]),
        reverse("counter:queue", args=[book.bib_id]),
        reverse("counter:reservation", args=[reservation.pk]),
        reverse("counter:slip", args=[reservation.pk]),
        reverse("counter:list", args=["fetch"]),
        reverse("counter:list", args=["shelf"]),
    ]
    clerk = everybody["counter"]
    clerk.post("/admin/counter/branch/", {"branch": reservation.pickup_branch_id})
    for page in pages:
        StaffAction.objects.all().delete()
        text = clerk.get(page, follow=True).content.decode()
        if borrower.name in text and book.bib.title in text:
            assert StaffAction.objects.filter(what="looked_loans", patron=borrower).exists(), page
    assert offenders() == {}
