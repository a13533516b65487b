"""All settings of an operator: one table, read from the environment; a file `.env` may stand in.

`.env.example` says the same in the same order; a test compares them. All wrong values are told at
once, in Japanese, and nothing starts (exit status 2).
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ

from akiruno_library import policy
from akiruno_library import value_forms as forms

BASE_DIR = Path(__file__).resolve().parent.parent
WRONG_SETTINGS = 2  # exit status
REQUIRED = object()


@dataclass(frozen=True)
class Setting:
    """One value of the environment. `read` raises ValueError if the text has not this form."""

    name: str
    meaning: str
    read: Callable[[str], Any]
    default: Any = REQUIRED
    is_secret: bool = False


SETTINGS = (
    Setting("SECRET_KEY", "ログインのしるしの鍵", forms.long_secret, is_secret=True),
    Setting("SITE_URL", "利用者が開くアドレス", forms.site),
    Setting("ALLOWED_HOSTS", "答えるホスト名", forms.words, ()),
    Setting("DATABASE_URL", "PostgreSQL の場所", forms.postgres, is_secret=True),
    Setting("REDIS_URL", "Redis の場所", forms.redis, is_secret=True),
    Setting("EMAIL_URL", "メールサーバー", forms.mail_server, is_secret=True),
    Setting(
        "MAIL_RETURN_PATH",
        "戻ってきたメールのあて先",
        forms.mail_address,
        f"info@{policy.MAIL_DOMAIN}",
    ),
    Setting("BOUNCE_MAILDIR", "戻ってきたメールのフォルダー", forms.existing_folder, None),
    Setting(
        "MAIL_ANSWER_WITHIN_SECONDS",
        "黙っているメールサーバーを待つ時間",
        forms.seconds(above_zero=True),
        policy.MAIL_ANSWER_WITHIN,
    ),
    Setting(
        "MAIL_LEASE_SECONDS",
        "止まった送信係の手を離れるまでの時間",
        forms.seconds(above_zero=True),
        policy.MAIL_LEASE,
    ),
    Setting("SEARCH_INDEX_DIR", "検索の索引のフォルダー", forms.folder),
    Setting("BACKUP_RECIPIENTS", "控えを開ける公開鍵", forms.public_keys, ()),
    Setting("BACKUP_FOLDER", "控えのフォルダー", forms.folder, Path("/var/lib/akiruno/backups")),
    Setting(
        "BACKUP_DAYS",
        "控えを残す日数(消したものを覚えている日数まで)",
        forms.whole(1, policy.BACKUPS_KEPT.days),
        policy.BACKUPS_KEPT_USUALLY.days,
    ),
    Setting(
        "STATIC_ROOT", "スタイルシートなどのフォルダー", forms.folder, BASE_DIR / "staticfiles"
    ),
    Setting(
        "HOLD_READY_GATHER_SECONDS",
        "用意のできたお知らせをまとめる時間",
        forms.seconds(),
        policy.HOLD_READY_DELAY,
    ),
    Setting("ADMIN_ADDRESSES", "職員のページを開けるネットワーク", forms.networks, ()),
    Setting("TERMINAL_ADDRESSES", "館内の検索機のあるネットワーク", forms.networks, ()),
    Setting("STAFF_SECOND_FACTOR", "職員の追加の確認", forms.truth, None),
    Setting("SECURE_SSL_REDIRECT", "http から https への案内", forms.truth, True),
    Setting("TRUSTED_PROXIES", "手前にあるプロキシの数", forms.whole(0, 9), 0),
    Setting("WEB_WORKERS", "ページを返すプロセスの数", forms.whole(1, 64), 2),
    Setting(
        "PAGES_A_SECOND",
        "ログインしていないアドレスに1秒に返すページ数",
        forms.number_from_zero,
        policy.PAGES_A_SECOND,
    ),
    Setting("ALARM_MAIL", "気がかりなことを知らせるあて先", forms.mail_addresses, ()),
    Setting("ALARM_WEBHOOK", "気がかりなことを知らせるアドレス", forms.webhook, "", is_secret=True),
    Setting("METRICS_TOKEN", "/metrics を開く合い言葉", forms.token, "", is_secret=True),
    Setting("LOG_LEVEL", "記録のくわしさ", forms.log_level, "INFO"),
    Setting("DEBUG", "内部を見せる(開発用)", forms.truth, False),
    Setting("DEMO", "見本の図書館", forms.truth, False),
    Setting("MAILBOX_DIR", "見本のメールのフォルダー", forms.folder, None),
)


class WrongSettings(Exception):
    """The sentences that say what is to be mended, one for each wrong value."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def read(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the value of each setting. Raises WrongSettings, which names all wrong ones."""
    values, wrong = {}, []
    for setting in SETTINGS:
        try:
            values[setting.name] = _value(setting, given)
        except ValueError as problem:
            wrong.append(f"{setting.name}({setting.meaning}): {problem}")
    wrong += _that_do_not_go_together(values)
    if wrong:
        raise WrongSettings(wrong)
    return values


def read_or_stop() -> dict[str, Any]:
    """Read the environment of this process; end it with all problems if there are any."""
    environ.Env.read_env(BASE_DIR / ".env")
    try:
        return read(os.environ)
    except WrongSettings as wrong:
        lines = [f"設定に直すところが{len(wrong.sentences)}件あります(.env):", *wrong.sentences]
        sys.stderr.write("\n  ".join(lines) + "\n")
        raise SystemExit(WRONG_SETTINGS) from None


def _value(setting: Setting, given: Mapping[str, str]) -> Any:
    text = _text(setting.name, given)
    if text:
        try:
            return setting.read(text)
        except ValueError as form:
            what = "値" if setting.is_secret else f"「{text}」"
            raise ValueError(f"この{what}は使えません。{form}") from None
    if setting.default is REQUIRED:
        raise ValueError("値がありません。")
    return setting.default


def _text(name: str, given: Mapping[str, str]) -> str:
    """Return NAME, or the contents of the file that NAME_FILE names: a secret stays a file."""
    text, file = given.get(name, "").strip(), given.get(f"{name}_FILE", "").strip()
    if not file:
        return text
    if text:
        raise ValueError(f"{name} と {name}_FILE の両方があります。どちらかひとつにしてください。")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise ValueError(f"{name}_FILE の指すファイル {file} を読めません。") from None


def _that_do_not_go_together(values: Mapping[str, Any]) -> list[str]:
    wrong = []
    site, hosts = values.get("SITE_URL"), values.get("ALLOWED_HOSTS")
    if site and hosts and not forms.is_among(site, hosts):
        wrong.append(f"ALLOWED_HOSTS: SITE_URL のホスト {forms.host_of(site)} がありません。")
    answer, lease = values.get("MAIL_ANSWER_WITHIN_SECONDS"), values.get("MAIL_LEASE_SECONDS")
    if answer and lease and lease < policy.MAIL_LEASE_IN_ANSWERS * answer:
        times = policy.MAIL_LEASE_IN_ANSWERS
        wrong.append(f"MAIL_LEASE_SECONDS: MAIL_ANSWER_WITHIN_SECONDS の{times}倍以上にします。")
    return wrong
