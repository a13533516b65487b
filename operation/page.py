"""運用のようす: what runs, what waits, what is wrong, and what to do, in plain words."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata

import django
import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from akiruno_library import metrics, policy
from akiruno_library.spans import in_hours
from catalog.readiness import REDIS_SECONDS, readiness
from catalog.search import index_state
from japanese.date_format import spoken_moment
from notifications import backups, jobs
from notifications.alarms import Alarm, alarms
from notifications.models import JobRun, Mail, Pulse
from patrons.models import Throttle

PARTS = ("django", "celery", "gunicorn", "psycopg", "tantivy")


@dataclass(frozen=True)
class StatusItem:
    """One part of the system: its state and, if something is wrong, what to do."""

    what: str
    state: str
    to_do: str = ""


@dataclass(frozen=True)
class Operation:
    alarms: list[Alarm]
    lines: list[StatusItem]
    versions: list[tuple[str, str]]
    figures: dict[str, float]


def how_it_runs(*, at: datetime | None = None) -> Operation:
    now = at or timezone.now()
    figures = readiness().details
    lines = [
        _index(),
        _queue(figures),
        _clock(now),
        _mail(figures),
        _jobs(now),
        _backup(now),
        _held_back(now),
        _pages(),
        _tables(),
    ]
    return Operation(alarms(at=now), lines, list(_versions()), figures)


def _index() -> StatusItem:
    state = index_state()
    if not state.present:
        return StatusItem(
            "検索の索引",
            "この台に索引がありません。検索のページは、準備中の案内になります",
            "docker compose restart indexer。数分で作り直されます。",
        )
    words = f"{state.documents:,}件。まだ映っていない変更 {state.changes_waiting:,}件"
    if state.lag_seconds > policy.INDEX_LATE.total_seconds():
        return StatusItem(
            "検索の索引",
            f"{words}(いちばん古いものは{_length(state.lag_seconds)}前)",
            "索引係が動いているか確かめ、docker compose restart indexer。検索はその間も使えます。",
        )
    return StatusItem("検索の索引", words)


def _queue(figures: dict[str, float]) -> StatusItem:
    length = figures.get("akiruno_queue_length", -1)
    if length < 0:
        return StatusItem(
            "キュー(Redis)",
            "つながりません。ページは動きますが、メールと日々の仕事が遅れます",
            "docker compose up -d redis。戻れば、たまったものは自動で追いつきます。",
        )
    words = f"待っているもの {length:,.0f}件、ワーカーの手にあるもの "
    words += f"{figures.get('akiruno_queue_in_hands', 0):,.0f}件"
    if length > policy.QUEUE_LONG:
        return StatusItem(
            "キュー(Redis)",
            words,
            "ワーカーが追いついていません。動いているか確かめ、続くときは台数をふやしてください。",
        )
    return StatusItem("キュー(Redis)", words)


def _clock(at: datetime) -> StatusItem:
    pulse = Pulse.objects.filter(name=jobs.CLOCK).first()
    if pulse is None or pulse.is_silent(at):
        since = (
            f"{spoken_moment(pulse.at, at=at)}から動いていません" if pulse else "まだ動いていません"
        )
        return StatusItem(
            "時計係とワーカー",
            since,
            "docker compose restart beat worker。止まっていた間の仕事は自動で埋め合わせます。",
        )
    return StatusItem(
        "時計係とワーカー", f"{_length((at - pulse.at).total_seconds())}前に動きました"
    )


def _mail(figures: dict[str, float]) -> StatusItem:
    oldest = figures.get("akiruno_outbox_oldest_seconds", 0)
    states = [
        f"{label} {figures.get(f'akiruno_mails_of_a_day:{value}', 0):,.0f}通"
        for value, label in Mail.State.choices
    ]
    words = f"送信を待つもの {figures.get('akiruno_mails_waiting', 0):,.0f}通"
    if oldest:
        words += f"(いちばん古いものは{_length(oldest)}前から)"
    words += f"。この{in_hours(policy.MAIL_STATES_COUNTED)}時間: {'、'.join(states)}"
    late = oldest > policy.MAIL_LATE.total_seconds()
    to_do = "「メールと日々の仕事」でメールサーバーの返事を見てください。" if late else ""
    return StatusItem("メール", words, to_do)


def _jobs(at: datetime) -> StatusItem:
    today = JobRun.objects.filter(job__in=jobs.JOBS, day=timezone.localdate(at))
    runs = list(today.values_list("job", "runs", "failures"))
    failed = [jobs.JOBS[name].title for name, _, failures in runs if failures]
    words = f"きょう {sum(number for _, number, _ in runs):,}回動きました"
    if failed:
        return StatusItem(
            "日々の仕事",
            f"{words}。失敗したことのあるもの: {'、'.join(failed)}",
            "「メールと日々の仕事」の結果の欄と、ワーカーの記録(ログ)を見てください。"
            "失敗した仕事は自動でやり直します。",
        )
    return StatusItem("日々の仕事", words)


def _backup(at: datetime) -> StatusItem:
    made = backups.last()
    if made is None:
        return StatusItem(
            "控え(バックアップ)",
            "取った記録がありません",
            "docker compose run --rm backup を毎晩動かします(運用の手引きの「控えと復元」)。",
        )
    words = f"{spoken_moment(made.started_at, at=at)}に取りました"
    words += f"({made.result})" if made.result else ""
    to_do = "控えの手順が動いているか、置き場所がいっぱいでないかを確かめてください。"
    return StatusItem("控え(バックアップ)", words, to_do if backups.is_missed(at) else "")


def _held_back(at: datetime) -> StatusItem:
    """Requests and attempts that were throttled (safety 2 and 22)."""
    held = _totals("akiruno_throttled_total", "what")
    waiting = Throttle.objects.filter(blocked_until__gt=at).count()
    return StatusItem(
        "押しとどめた回数",
        f"この台を始めてから、多すぎる要求 {held.get('pages', 0):,.0f}回、"
        f"ログインなどの試し {held.get('attempts', 0):,.0f}回。"
        f"いま待っていただいているもの {waiting:,}件",
        "急にふえたら、nginx の記録で同じアドレスが続いていないか見てください。"
        "番号や名前を試している人がいるかもしれません。"
        if waiting > policy.HELD_BACK_MANY
        else "",
    )


def _pages() -> StatusItem:
    answered = _totals("akiruno_requests_total", "status")
    failed = sum(number for status, number in answered.items() if status.startswith("5"))
    words = f"この台を始めてから {sum(answered.values()):,.0f}ページ。"
    words += f"検索の平均 {_mean_of_searches() * 1000:.0f}ミリ秒。作れなかったページ {failed:,.0f}"
    to_do = "ウェブの記録(ログ)で「ERROR」の行を見てください。" if failed else ""
    return StatusItem("ページ", words, to_do)


def _tables() -> StatusItem:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return StatusItem(
            "データベース",
            f"まだ当てていない表の変更が{len(missing)}件あります",
            "docker compose run --rm migrate",
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return StatusItem(
            "データベース", f"つながっています。大きさ {cursor.fetchone()[0] / 1e6:,.0f}MB"
        )


def _versions() -> Iterator[tuple[str, str]]:
    yield "このポータル", settings.VERSION
    yield "Python", platform.python_version()
    for part in PARTS:
        yield part, django.get_version() if part == "django" else metadata.version(part)
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        yield "PostgreSQL", cursor.fetchone()[0]
    patience = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **patience) as queue:
            yield "Redis", str(queue.info("server")["redis_version"])  # type: ignore[index]
    except redis.RedisError:
        yield "Redis", "つながりません"


def _totals(name: str, label: str) -> dict[str, float]:
    totals: dict[str, float] = {}
    for family in metrics.counted().collect():
        for sample in family.samples:
            if sample.name == name:
                key = sample.labels[label]
                totals[key] = totals.get(key, 0) + sample.value
    return totals


def _mean_of_searches() -> float:
    figures = {
        sample.name: sample.value
        for family in metrics.counted().collect()
        for sample in family.samples
        if family.name == "akiruno_search_seconds" and not sample.labels
    }
    number = figures.get("akiruno_search_seconds_count", 0)
    return figures.get("akiruno_search_seconds_sum", 0) / number if number else 0.0


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f}秒"
    return f"{seconds / 60:.0f}分" if seconds < 7200 else f"{seconds / 3600:.0f}時間"
