"""Senders that are killed, a queue that goes away, two clocks: no mail is lost (safety's table)."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import redis
from celery import Celery

from demo.supervisor import Child
from tests.conftest import TOKYO
from tests.mail_server import MailServer
from tests.progress import until
from tests.withstand.library import OpenLibrary
from tests.withstand.long import Tell, short_or_long

MAILS, KILLS = 50, 15
AWAY = short_or_long(6, 60)
LONGEST_ANSWER = 5.0
HANAKO = "10000001"
STRIKE = 17.0  # the clock strikes every 15 seconds
RUNNING = (
    "SELECT 1 FROM notifications_jobrun WHERE finished_at < started_at AND job <> 'sample_library'"
)
MAILS_OF_THE_DAY = """
SELECT key FROM notifications_notice notice
LEFT JOIN loans_loan loan ON loan.id = (subject_ids ->> 'loan')::bigint
WHERE kind = 'card_expires' OR kind = 'due_soon' AND loan.due_on >= %s
"""
CARD_THAT_EXPIRES = "10000008"

QUEUE_MAILS = """
WITH addresses AS (
    INSERT INTO notifications_mailaddress (address, undeliverable_reason)
    SELECT 'kill' || n || '@example.jp', '' FROM generate_series(1, %s) n RETURNING id
)
INSERT INTO notifications_notice
    (key, kind, address_id, digest, subject_ids, created_at, not_before, expires_at)
SELECT 'kill:' || id, 'test_mail', id, '', '{}', now(), now(), now() + interval '1 day'
FROM addresses
"""


@contextmanager
def worker_with(library: OpenLibrary, **environment: str) -> Iterator[Child]:
    """The library's worker with one process to work in, and these settings."""
    child = library.process("worker")
    usual = child.program
    command = [word.replace("--concurrency=2", "--concurrency=1") for word in usual.command]
    child.program = replace(
        usual, command=command, environment={**(usual.environment or {}), **environment}
    )
    library.kill("worker")
    library.revive("worker")
    try:
        yield child
    finally:
        child.program = usual
        library.kill("worker")
        library.revive("worker")


def wake(library: OpenLibrary) -> None:
    Celery(broker=library.portal.redis_url).send_task("notifications.tasks.send_due_mail")


def processes_of(child: Child) -> list[int]:
    pid = child.process.pid
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_sender_killed_fifteen_times_over_fifty_mails_loses_none(
    library: OpenLibrary, record_property: Tell
):
    """At most one mail a kill comes twice, and then with its own Message-ID again."""
    server = MailServer()
    server.slowness = 0.05  # between taking a mail and saying so: the worst moment to die in
    server.start()
    settings = {"MAIL_ANSWER_WITHIN_SECONDS": "0.3"}  # no mail is lost if a machine is slower
    settings |= {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}", "MAIL_LEASE_SECONDS": "3"}
    try:
        with worker_with(library, **settings) as worker:
            until(lambda: processes_of(worker))
            library.execute(QUEUE_MAILS, MAILS)
            for number in range(KILLS):
                wake(library)
                until(lambda n=number: take_care(library, server, 3 * (n + 1)))
                for process in processes_of(worker):
                    os.kill(process, signal.SIGKILL)
            until(lambda: take_care(library, server, MAILS) and sent(library) == MAILS)
    finally:
        server.stop()
    ours = [mail for mail in server.mails if mail["To"].startswith("kill")]
    record_property(
        "figure",
        f"{MAILS} mails, {KILLS} kills: {MAILS} arrived, {len(ours) - MAILS} of them twice",
    )
    assert len({mail["To"] for mail in ours}) == MAILS
    assert len({mail["Message-ID"] for mail in ours}) == MAILS
    assert len(ours) <= MAILS + KILLS
    # It was really killed in the middle, though a kill may meet a sender that has not spoken yet.
    assert server.conversations > KILLS // 2


def take_care(library: OpenLibrary, server: MailServer, number: int) -> bool:
    """Whether so many mails have arrived; what a dead sender held needs somebody to come by."""
    if len(server.mails) >= number:
        return True
    time.sleep(0.3)
    wake(library)
    return False


def sent(library: OpenLibrary) -> int:
    [(number,)] = library.facts(
        "SELECT count(*) FROM notifications_mail m JOIN notifications_mailaddress a"
        " ON a.id = m.address_id WHERE a.address LIKE 'kill%%' AND m.state = 'sent'"
    )
    return number


@pytest.mark.parametrize("how", ["killed", "frozen", "emptied"])
def test_safety_24_without_redis_every_page_works_and_mail_is_only_late(
    library: OpenLibrary, how: str, record_property: Tell
):
    patron = library.visitor().log_in(HANAKO)
    before = len(mails_to(library, "hanako@example.jp"))
    slowest, answers = 0.0, Counter()
    hurt(library, how)
    try:
        begun = time.monotonic()
        while time.monotonic() - begun < AWAY:
            for path in ("/", "/search/?q=本", "/mypage/", "/mypage/notices/"):
                answer = patron.get(path)
                answers[answer.status_code] += 1
                slowest = max(slowest, answer.elapsed.total_seconds())
            if len(answers) == 1 and answers[200] == 4:
                answer = patron.post("/mypage/notices/test/", on="/mypage/notices/")
                answers[answer.status_code] += 1
                slowest = max(slowest, answer.elapsed.total_seconds())
            time.sleep(0.2)
    finally:
        heal(library, how)
    late = until(lambda: len(mails_to(library, "hanako@example.jp")) == before + 1)
    record_property(
        "figure",
        f"{how} for {AWAY} s: {sum(answers.values())} pages, none with 5xx,"
        f" the slowest {slowest:.2f} s; the mail came {late:.0f} s after",
    )
    assert set(answers) <= {200, 302}, answers
    assert answers[302] == 1
    assert slowest < LONGEST_ANSWER


def hurt(library: OpenLibrary, how: str) -> None:
    if how == "killed":
        library.kill("valkey")
    elif how == "frozen":
        library.kill("valkey", signal.SIGSTOP)
    else:
        redis.Redis.from_url(library.portal.redis_url).flushall()


def heal(library: OpenLibrary, how: str) -> None:
    if how == "killed":
        library.revive("valkey")
    elif how == "frozen":
        library.kill("valkey", signal.SIGCONT)


def mails_to(library: OpenLibrary, address: str) -> list[EmailMessage]:
    files = sorted(library.folder.mails.glob("*.eml"))
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [mail for mail in mails if mail["To"] == address and mail["Subject"] == "ためしのメール"]


def runs_of_each_day(library: OpenLibrary) -> dict[str, tuple]:
    """Of the jobs that are done once for their day: the newest row, when each has ended."""
    jobs = ["due_soon", "card_expires", "newsletter", "forget_old_mails", "add_up_figures"]
    rows = library.facts(
        "SELECT DISTINCT ON (job) job, day, runs, failures FROM notifications_jobrun"
        " WHERE finished_at >= started_at AND job = ANY(%s) ORDER BY job, day DESC",
        jobs,
    )
    return {job: tuple(facts) for job, *facts in rows} if len(rows) == len(jobs) else {}


def test_two_clocks_at_once_do_each_job_once_for_its_day(
    library: OpenLibrary, record_property: Tell
):
    until(lambda: runs_of_each_day(library))
    second = library.process("beat").program
    schedule = [word.replace("beat-schedule", "second-beat-schedule") for word in second.command]
    other = library.supervisor.begin(replace(second, name="second-beat", command=schedule))
    try:
        library.execute("DELETE FROM notifications_jobrun WHERE job <> 'sample_library'")
        until(lambda: runs_of_each_day(library))
        time.sleep(STRIKE)
        done = runs_of_each_day(library)
        record_property(
            "figure",
            f"two clocks: {len(done)} jobs of a day, {sum(runs for _, runs, _ in done.values())}"
            " runs",
        )
        assert {facts[1:] for facts in done.values()} == {(1, 0)}
    finally:
        other.ask_to_stop()
        other.make_sure_it_stopped(time.monotonic() + 5)


def test_what_a_clock_missed_for_26_hours_is_made_up_for_once(
    library: OpenLibrary, record_property: Tell
):
    """While no clock goes, every trace of the jobs is dated back: so it looks after 26 hours.

    The day's mails were not written then, either: they are made up for, and none comes twice.
    """
    until(lambda: runs_of_each_day(library))
    library.kill("beat")
    until(lambda: not library.facts(RUNNING))
    before = runs_of_each_day(library)
    library.execute(
        "UPDATE notifications_jobrun SET day = day - CASE job WHEN 'newsletter' THEN 7 ELSE 2 END,"
        " started_at = started_at - interval '26 hours',"
        " finished_at = finished_at - interval '26 hours',"
        " leased_until = leased_until - interval '26 hours' WHERE job <> 'sample_library'"
    )
    library.execute("UPDATE notifications_pulse SET at = at - interval '26 hours'")
    with card_that_expires_soon(library) as key:
        missed = {*mails_of_the_day(library), key}
        library.execute("DELETE FROM notifications_notice WHERE key = ANY(%s)", list(missed))
        make_up_for_them(library, before, missed, record_property)


def make_up_for_them(
    library: OpenLibrary, before: dict, missed: set[str], record_property: Tell
) -> None:
    staff = library.visitor().log_in_as_staff()
    assert "時計係かワーカーが動いていません" in staff.get("/admin/mail/").text
    library.revive("beat")
    took = until(lambda: runs_of_each_day(library) == before)
    time.sleep(STRIKE)
    record_property(
        "figure", f"{len(before)} jobs of a day made up for within {took:.0f} s, each once"
    )
    assert runs_of_each_day(library) == before
    assert mails_of_the_day(library) == missed
    assert "動いていません" not in staff.get("/admin/mail/").text


def mails_of_the_day(library: OpenLibrary) -> set[str]:
    """The keys of what the day's jobs have told; three days before the New Year no loan is due."""
    today = datetime.now(TOKYO).date()
    return {key for (key,) in library.facts(MAILS_OF_THE_DAY, today)}


@contextmanager
def card_that_expires_soon(library: OpenLibrary) -> Iterator[str]:
    """The key of the notice that a day's job owes to its holder."""
    last_day = datetime.now(TOKYO).date() + timedelta(days=20)
    change = "UPDATE patrons_patron SET card_expires_on = %s WHERE card_number = %s"
    [(patron, usual)] = library.facts(
        "SELECT id, card_expires_on FROM patrons_patron WHERE card_number = %s", CARD_THAT_EXPIRES
    )
    library.execute(change, last_day, CARD_THAT_EXPIRES)
    try:
        yield f"card-expires:{patron}:{last_day}"
    finally:
        library.execute(change, usual, CARD_THAT_EXPIRES)
