"""Odd strings in every text column, and every page, mail and table they may appear on.

Safety 15 and 18: no element, header, template or formula comes of them. Safety 14: whoever walks
through all of it by GET has changed nothing.
"""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction
from django.db.utils import DataError
from django.test import Client
from django.utils import timezone
from psycopg import sql

from catalog.models import CalendarException, ReadingList
from notifications import sender
from notifications.models import JobRun, Mail, MailAddress, MailServer, Pulse
from patrons.models import FormerName, NewsletterAuthor, NotificationPreferences
from patrons.models.patron import ContactMethod
from tests.busy_library import Library, furnish
from tests.circulation.counter_pages import read
from tests.factories import CopyFactory, a_terminal, branch
from tests.test_urls import ADMIN, logged_in
from tests.url_table import CLASSIFIED, ENDS_A_VISIT, OURS
from tests.verbs import reserve, scan

pytestmark = pytest.mark.django_db
APPS = ("catalog", "notifications", "patrons", "loans", "reservations", "circulation")
MARKUP = "<odd onerror=odd()>{{7*7}}\r\nX-Odd: 1\u202e\"'"
FORMULA = "=odd(1)"
LONG = "長" * 5000

# Words of our own code, by which rows are found, and marks made of random numbers or hashes.
OUR_OWN = {
    *("catalog.Branch.code", "catalog.MaterialType.code", "catalog.Bib.source"),
    *("catalog.MergedBib.source", "catalog.Figure.ndc", "catalog.Happening.ndc"),
    *("notifications.JobRun.job", "notifications.Mail.kind", "notifications.Mail.message_id"),
    *("notifications.Notice.digest", "notifications.Notice.key", "notifications.Notice.kind"),
    *("notifications.Pulse.name", "patrons.KnownDevice.token_hash", "patrons.OneTimeLink.salt"),
    *("patrons.NewsletterGenre.genre", "patrons.NewsletterTitle.genres"),
    *("patrons.OneTimeLink.token_hash", "patrons.Session.session_data", "patrons.Throttle.cards"),
    *("patrons.Terminal.code_digest", "patrons.Terminal.device_digest", "patrons.Throttle.key"),
    *("patrons.User.password", "patrons.Patron.search_sort"),
}
# A constraint of the database lets no such text in.
REFUSED = {"catalog.Copy.lender"}
# No row of these is shown to anybody.
NOWHERE = {
    *("catalog.MergedBib.source_key", "patrons.NewsletterTitle.authors"),
    *("catalog.SubjectReference.subject", "catalog.SubjectReference.see_from"),
}


@pytest.fixture
def library(db: None) -> Library:
    """A lively one, with what its everyday life leaves out."""
    library, now = furnish(), timezone.now()
    patron, bib = library.hanako, library.bib
    CalendarException.objects.create(branch=branch(), day=date(2026, 11, 30), reason="整理")
    readings = ReadingList.objects.create(pk=1, title="秋の本", shows_from=date(2026, 11, 1))
    readings.entries.create(bib=bib, comment="おすすめ")
    address = MailAddress.objects.get(address="hanako@example.jp")
    facts = {"address": address, "last_reply": "550", "recipient": patron.pk}
    Mail.objects.create(message_id="<1@x>", kind="due_soon", state=Mail.State.REFUSED, **facts)
    MailServer.objects.create(
        pk=1, failing_since=now, failures=1, paused_until=now, last_reply="450"
    )
    JobRun.objects.create(job="due_soon", day=now.date(), started_at=now, result="3通")
    Pulse.objects.create(name="clock", at=now, result="1")
    FormerName.objects.create(patron=patron, name="旧", name_reading="キュウ", changed_at=now)
    NewsletterAuthor.objects.create(patron=patron, name="夏目漱石", folded="夏目漱石")
    NotificationPreferences.objects.create(
        patron=patron, newsletter_since=now, titles_in_hold_mail=True
    )
    a_terminal()
    return library


def columns() -> Iterator[tuple[str, type[models.Model], models.Field]]:
    """Every column that holds what somebody may have written."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            for column in [] if model._meta.proxy else model._meta.local_concrete_fields:
                name = f"{model._meta.label}.{column.name}"
                of = column.base_field if isinstance(column, ArrayField) else column
                text = isinstance(of, models.CharField | models.TextField) and not of.choices
                if text and not column.primary_key and name not in OUR_OWN:
                    yield name, model, column


def spoil(text: str, *, but: tuple[str, ...] = ()) -> set[str]:
    """Write the text into every row of every column; the columns that took it."""
    taken = set()
    for name, model, column in columns():
        for key in [] if name in but else model._base_manager.values_list("pk", flat=True):
            try:
                with transaction.atomic():
                    value = fitting(column, text, key)
                    model._base_manager.filter(pk=key).update(**{column.name: value})
                taken.add(name)
            except (IntegrityError, DataError):
                continue  # of this row; what no row takes is in REFUSED
    return taken


def fitting(column: models.Field, text: str, key: object) -> object:
    if isinstance(column, ArrayField):
        return [fitting(column.base_field, text, key)]
    own = f"{text[:4]}{key}{text[4:]}{LONG}"  # no two rows alike: some must not be
    return own[: column.max_length]


def rows() -> dict[str, str]:
    """Each table, and a word that changes with any row of it."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            words = "SELECT md5(coalesce(string_agg(r::text, '' ORDER BY r::text), '')) FROM {} r"
            cursor.execute(sql.SQL(words).format(sql.Identifier(table)))
            found[table] = cursor.fetchone()[0]
    return found


def visits(library: Library) -> list[tuple[Client, list[str]]]:
    """Who asks for what: all that answers a GET, and the admin's tables with a row of each."""
    paths = [
        library.path(CLASSIFIED[name].path)
        for name in OURS
        if CLASSIFIED[name].method == "get" and name not in ENDS_A_VISIT
    ]
    tables = []
    for label in ADMIN:
        place = f"/admin/{label.replace('.', '/')}/"
        tables += [place, f"{place}?q=odd"]
        first = apps.get_model(label)._default_manager.order_by("pk").first()
        tables += [f"{place}{first.pk}/change/", f"{place}{first.pk}/history/"] if first else []
    counter_client = logged_in(library.staff, "StaffBackend")
    counter_client.post("/admin/counter/branch/", {"branch": "chuo"})
    read(counter_client, library.hanako.card_number)
    return [
        (Client(), [*paths, "/search/?q=ぬるぽ", "/search/?q=<odd>", "/nothing-here/"]),
        (logged_in(library.hanako.user, "PatronBackend"), paths),
        (logged_in(library.sakura.user, "PatronBackend"), ["/mypage/", "/mypage/children/"]),
        (a_terminal(library.hanako, name="2階"), ["/terminal/", "/mypage/", "/basket/"]),
        (counter_client, [path for path in paths if "/admin/" in path] + tables),
    ]


# Moments of sessions and devices, and that staff looked at a record, which is meant to be kept.
OF_A_VISIT = {"patrons_session", "patrons_terminal", "patrons_staffact"}


def test_odd_text_in_every_column_makes_no_element_and_looking_changes_nothing(library: Library):
    somebody_comes = visits(library)
    taken = spoil(MARKUP)
    assert {name for name, _, _ in columns()} - taken == REFUSED | NOWHERE
    before, found, places = rows(), [], 0
    for client, addresses in somebody_comes:
        for address in addresses:
            answer = client.get(address)
            text, kind = answer.getvalue().decode(), answer.headers.get("Content-Type", "")
            places += "onerror=odd()" in text
            if answer.status_code >= 500 or "X-Odd" in answer.headers:
                found.append((address, answer.status_code))
            if "html" in kind and (element := re.search(r".{0,40}(?:<odd|&gt;49).{0,20}", text)):
                found.append((address, element[0]))
            if "xml" in kind:
                tree = ElementTree.fromstring(text)  # noqa: S314  # of our own making
                found += [(address, one.tag) for one in tree.iter() if "odd" in str(one.tag)]
    assert found == []
    assert places > 60  # it does stand on the pages, as text
    assert {table for table, was in before.items() if rows()[table] != was} <= OF_A_VISIT


def test_odd_text_makes_no_formula_of_a_cell(library: Library):
    spoil(FORMULA)
    answers = [
        logged_in(library.hanako.user, "PatronBackend").get("/mypage/export/all.csv"),
        logged_in(library.hanako.user, "PatronBackend").get("/mypage/history/export/"),
        logged_in(library.staff, "StaffBackend").get("/admin/library/figures/csv/"),
    ]
    cells = [
        cell
        for answer in answers
        for row in csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
        for cell in row
    ]
    assert any("=odd" in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []


def test_odd_text_makes_no_element_or_header_of_a_mail(library: Library, mail_server):
    copy = CopyFactory()
    reserve(library.hanako, copy.bib, contact=ContactMethod.MAIL)
    scan(copy)
    spoil(MARKUP, but=("notifications.MailAddress.address",))
    MailServer.objects.all().delete()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert sender.send_due_mail()
    for mail in mail_server.mails:
        assert mail["X-Odd"] is None
        assert "odd" not in mail["Subject"]
        plain, html = (mail.get_body([kind]) for kind in ("plain", "html"))
        assert "<odd" not in html.get_content()
        assert "onerror=odd()" in plain.get_content()
