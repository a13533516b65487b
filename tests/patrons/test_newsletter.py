"""新着のお便り: rules 6.5 and 7.4."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from catalog.models import BibStatus, Contributor
from notifications import jobs, sender
from notifications.models import Mail, Notice
from patrons.models import NewsletterIssue, NewsletterTitle, NotificationPreferences
from patrons.newsletter import issues
from patrons.newsletter.refusals import NewsletterOfNothing, TooManyAuthors
from patrons.notification_preferences import save_preferences
from tests.conftest import tokyo
from tests.factories import CopyFactory, PatronFactory, material

pytestmark = pytest.mark.django_db
SATURDAY = date(2026, 11, 28)
AT = tokyo("2026-11-28", "15:30")


def new_book(day: str = "2026-11-26", **facts):
    """A bib whose first copy was accepted on that day."""
    bib = CopyFactory(**{f"bib__{name}": value for name, value in facts.items()}).bib
    BibStatus.objects.filter(pk=bib.pk).update(first_accepted_on=date.fromisoformat(day))
    return bib


def reader(address: str = "reader@example.jp", *, genres=(), authors=(), **facts):
    patron = PatronFactory(mail=address, **facts)
    choose(patron, genres=genres, authors=authors)
    return patron


def choose(patron, **changes):
    preferences = {
        "newsletter": True,
        "genres": (),
        "authors": (),
        "due_soon": False,
        "news": True,
        "titles_in_hold_mail": False,
    }
    return save_preferences(patron, **preferences | changes, at=AT - timedelta(days=1))


def titles_announced(patron) -> list[int]:
    """The bibs that the latest issue has for this patron."""
    issue = issues.make_issue(SATURDAY, at=AT)
    return issues.arrivals_in(issue.pk).matching(
        patron.newsletter_genres.values_list("genre", flat=True),
        patron.newsletter_authors.values_list("folded", flat=True),
    )


# --- What is for whom -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("genre", "facts"),
    [
        ("9", {"ndc": "913.6"}),
        ("4", {"ndc": "488"}),
        ("child", {"ndc": "913.6", "audience": "child"}),
        ("young", {"ndc": "913.6", "audience": "young"}),
        ("material:dvd", {"ndc": "778.2"}),
        ("material:picture_book", {"ndc": "726.6", "audience": "child"}),
    ],
)
def test_a_genre_is_a_class_an_audience_or_a_material(genre, facts):
    if genre.startswith("material:"):
        facts = facts | {"material_type": material(genre.partition(":")[2])}
    wanted, other = new_book(**facts), new_book(ndc="007")
    assert titles_announced(reader(genres=[genre])) == [wanted.pk]
    assert other.pk not in titles_announced(reader("b@example.jp", genres=[genre]))


def test_books_for_children_stand_apart_from_the_classes():
    new_book(ndc="913.6", audience="child")
    assert titles_announced(reader(genres=["9"])) == []


@pytest.mark.parametrize(
    "written", ["宮部みゆき", "宮部 みゆき", "ミヤベミユキ", "みやべ みゆき", "宮部　みゆき"]
)
def test_an_author_is_found_however_the_name_is_written(written):
    bib = new_book(authors=["宮部, みゆき"])
    Contributor.objects.update(reading="ミヤベ, ミユキ")
    new_book(authors=["宮部 みき"])
    assert titles_announced(reader(authors=[written])) == [bib.pk]


def test_an_author_is_found_by_another_name_and_by_old_forms_of_kanji():
    soseki = new_book(authors=["夏目, 金之助"])
    Contributor.objects.update(other_names=["夏目漱石"])
    sawa = new_book(authors=["澤田 瞳子"])
    assert titles_announced(reader(authors=["夏目漱石", "沢田瞳子"])) == [sawa.pk, soseki.pk]


def test_what_matches_twice_is_told_once_and_the_newest_comes_first():
    older = new_book("2026-11-23", ndc="913.6", authors=["恩田 陸"])
    newer = new_book("2026-11-27", ndc="913.6")
    assert titles_announced(reader(genres=["9"], authors=["恩田陸"])) == [newer.pk, older.pk]


# --- Issues -----------------------------------------------------------------------------------


def test_an_issue_is_what_came_since_the_last_one():
    before, new = new_book("2026-11-20"), new_book("2026-11-25")
    [first] = [issues.make_issue(date(2026, 11, 21), at=AT - timedelta(days=7))]
    second = issues.make_issue(SATURDAY, at=AT)
    assert [title.bib_id for title in first.titles.all()] == [before.pk]
    assert [title.bib_id for title in second.titles.all()] == [new.pk]
    assert (first.number, second.number) == (1, 2)


def test_nothing_is_told_twice_and_nothing_that_was_entered_late_is_missed():
    issues.make_issue(date(2026, 11, 21), at=AT - timedelta(days=7))
    late = new_book("2026-11-20")  # accepted before the first issue, entered after it
    same_day = new_book("2026-11-28")
    second = issues.make_issue(SATURDAY, at=AT)
    assert {title.bib_id for title in second.titles.all()} == {late.pk, same_day.pk}
    evening = new_book("2026-11-28")
    third = issues.make_issue(SATURDAY + timedelta(days=7), at=AT + timedelta(days=7))
    assert [title.bib_id for title in third.titles.all()] == [evening.pk]
    assert NewsletterTitle.objects.count() == 3


def test_what_a_move_in_brings_is_not_new_nor_is_what_has_no_copy():
    CopyFactory()  # no day of acceptance
    gone = new_book()
    BibStatus.objects.filter(pk=gone.pk).update(circulating=0)
    assert not issues.make_issue(SATURDAY, at=AT).titles.exists()


def test_an_issue_is_made_once_for_its_day():
    new_book()
    assert issues.make_issue(SATURDAY, at=AT) == issues.make_issue(SATURDAY, at=AT)
    assert NewsletterIssue.objects.count() == 1


# --- Sending ----------------------------------------------------------------------------------


def send(at=AT) -> None:
    with time_machine.travel(at, tick=False):
        sender.send_due_mail()


def test_each_saturday_at_half_past_three_those_get_a_mail_for_whom_something_came(mail_server):
    job = jobs.JOBS["newsletter"]
    assert job.was_due(AT) == AT
    assert job.was_due(AT - timedelta(seconds=1)) == AT - timedelta(days=7)
    new_book(ndc="913.6", title="秋川のほとりで", authors=["草花 一子"])
    patron = reader(genres=["9"])
    reader("other@example.jp", genres=["4"])
    jobs.run(job, at=AT)
    send()
    [mail] = mail_server.mails
    assert mail["To"] == "reader@example.jp"
    assert mail["Subject"] == "新着のお便り 第1号"
    text = "\n".join(mail.get_body(["plain"]).get_content().splitlines())
    assert "・秋川のほとりで\n  草花 一子 秋川書房 2020年 図書" in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Mail.objects.get().recipient == patron.pk


def test_a_run_that_died_is_gone_on_with_and_nobody_gets_two(mail_server):
    new_book()
    reader(genres=["9"])
    issues.publish(SATURDAY, at=AT)
    Notice.objects.all().delete()  # as if it had died after making the issue
    issues.publish(SATURDAY, at=AT + timedelta(minutes=15))
    issues.publish(SATURDAY, at=AT + timedelta(minutes=30))
    send(AT + timedelta(minutes=30))
    assert len(mail_server.mails) == 1


def test_none_is_sent_to_who_stopped_it_or_whose_address_takes_no_mail(mail_server):
    new_book()
    choose(reader("a@example.jp", genres=["9"]), newsletter=False, genres=["9"])
    marked = reader("b@example.jp", genres=["9"])
    marked.mail_address.undeliverable_since = AT
    marked.mail_address.save()
    issues.publish(SATURDAY, at=AT)
    assert not Notice.objects.exists()


def test_who_stops_it_while_the_mail_waits_gets_none(mail_server):
    new_book()
    patron = reader(genres=["9"])
    issues.publish(SATURDAY, at=AT)
    choose(patron, newsletter=False)
    send()
    assert mail_server.mails == []


def test_who_are_many_are_queued_a_thousand_at_a_time(django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr("akiruno_library.policy.IMPORT_BATCH", 2)
    new_book()
    patrons = [reader(f"r{number}@example.jp", genres=["9"]) for number in range(5)]
    issue = issues.make_issue(SATURDAY, at=AT)
    found = [patron for patron, _ in issues.readers_of(issues.arrivals_in(issue.pk))]
    assert found == [patron.pk for patron in patrons]


# --- The page, the archive --------------------------------------------------------------------


def form(**changes):
    return {"newsletter": "on", "genres": ["9"], "authors": "", "news": "on"} | changes


def test_the_page_keeps_what_was_chosen(at_home, borrower):
    page = at_home.post(
        "/mypage/newsletter/",
        form(genres=["9", "material:dvd"], authors="宮部みゆき\n\n恩田 陸\n宮部　みゆき\n"),
        follow=True,
    )
    assert "保存しました" in page.content.decode()
    assert set(borrower.newsletter_genres.values_list("genre", flat=True)) == {"9", "material:dvd"}
    names = list(borrower.newsletter_authors.values_list("name", flat=True))
    assert names == ["宮部みゆき", "恩田 陸"]
    at_home.post("/mypage/newsletter/", form(authors="恩田陸", due_soon="on"))
    borrower.refresh_from_db()
    assert list(borrower.newsletter_authors.values_list("name", flat=True)) == ["恩田 陸"]
    assert borrower.notification_preferences.due_soon_since is not None


def test_the_page_shows_what_would_have_come_without_keeping_anything(at_home, borrower):
    today = date.today().isoformat()  # noqa: DTZ011 the page has its own clock
    new_book(today, title="届くはずの本")
    assert "届くはずの本" not in at_home.get("/mypage/newsletter/").content.decode()
    tried = at_home.post("/mypage/newsletter/", {"genres": ["9"], "try": "1"})
    assert "届くはずの本" in tried.content.decode()
    assert not NotificationPreferences.objects.exists()
    assert not borrower.newsletter_genres.exists()


def test_a_newsletter_of_nothing_and_too_many_names_are_refused(at_home, borrower):
    with pytest.raises(NewsletterOfNothing):
        choose(borrower)
    with pytest.raises(TooManyAuthors):
        choose(borrower, authors=[f"著者{number}" for number in range(51)])
    page = at_home.post("/mypage/newsletter/", {"newsletter": "on", "authors": " \n・\n"})
    assert str(NewsletterOfNothing()) in page.content.decode()
    page = at_home.post("/mypage/newsletter/", form(genres=["nonsense"]))
    assert "一覧から選んでください" in page.content.decode()
    assert not NotificationPreferences.objects.exists()


def test_the_page_asks_as_much_of_the_database_with_one_title_as_with_twenty(
    at_home, borrower, django_assert_num_queries
):
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    today = date.today().isoformat()  # noqa: DTZ011
    for number in (1, 19):
        for _ in range(number):
            new_book(today, authors=[f"著者 {BibStatus.objects.count()}"])
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            at_home.post("/mypage/newsletter/", {"genres": ["9"], "try": "1"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_archive_shows_each_issue_and_a_feed_lists_them():
    new_book(title="<img src=x onerror=1>", ndc="913.6")
    new_book(title="どの分野でもない本", ndc="")
    issues.publish(SATURDAY, at=AT)
    page = Client().get("/newsletter/1/").content.decode()
    assert "&lt;img src=x onerror=1&gt;" in page
    assert "<img src=x" not in page
    assert "どの分野でもない本" in page
    assert Client().get("/newsletter/2/").status_code == 404
    assert Client().get("/newsletter/99999999999999999999/").status_code == 404
    feed = Client().get("/feeds/newsletter.atom")
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert "第1号" in feed.content.decode()
    assert "/newsletter/1/" in feed.content.decode()
