"""The forms of settings: each reads a text, or raises ValueError and says what the form is."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ

Value = TypeVar("Value")

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SHORTEST_KEY = 50
SHORTEST_TOKEN = 16
_TRUTHS = {"true": True, "yes": True, "on": True, "1": True} | {
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PUBLIC_KEY = re.compile(r"age1[02-9ac-hj-np-z]{58}")


def long_secret(text: str) -> str:
    return _if(len(text) >= SHORTEST_KEY, text, f"{SHORTEST_KEY}字以上のでたらめな文字で。")


def token(text: str) -> str:
    long_enough = len(text) >= SHORTEST_TOKEN and not re.search(r"\s", text)
    return _if(long_enough, text, f"空白のない{SHORTEST_TOKEN}字以上のでたらめな文字で。")


def site(text: str) -> str:
    form = "https://library.example.jp のような、道のつかないアドレスで。"
    parts = urlsplit(text)
    complete = parts.scheme in ("http", "https") and bool(parts.hostname) and _has_port(text)
    bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    return _if(complete and bare and "@" not in parts.netloc, text.rstrip("/"), form)


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def is_among(url: str, hosts: Sequence[str]) -> bool:
    """Whether Django would answer a request to the URL (a leading dot means all subdomains)."""
    host = host_of(url)
    return any(
        pattern in ("*", host)
        or (pattern.startswith(".") and (host == pattern[1:] or host.endswith(pattern)))
        for pattern in hosts
    )


def words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def postgres(text: str) -> dict[str, Any]:
    form = "postgres://利用者:パスワード@ホスト:5432/データベース の形で。"
    parts = urlsplit(text)
    fits = parts.scheme in ("postgres", "postgresql") and len(parts.path) > 1 and _has_port(text)
    found: dict[str, Any] = environ.Env.db_url_config(_if(fits, text, form))
    return found


def redis(text: str) -> str:
    parts = urlsplit(text)
    named = bool(parts.path if parts.scheme == "unix" else parts.hostname)
    fits = parts.scheme in ("redis", "rediss", "unix") and named and _has_port(text)
    return _if(fits, text, "redis://:パスワード@ホスト:6379/0 の形で。")


def mail_server(text: str) -> dict[str, Any]:
    form = "smtp+tls://利用者:パスワード@ホスト:587 の形で(smtp、smtp+tls、smtp+ssl)。"
    parts = urlsplit(text)
    known = parts.scheme in ("smtp", "smtps", "smtp+tls", "smtp+ssl")
    fits = known and bool(parts.hostname) and _has_port(text)
    found: dict[str, Any] = environ.Env.email_url_config(_if(fits, text, form))
    return found


def mail_address(text: str) -> str:
    return _if(_MAIL_ADDRESS.fullmatch(text), text, "name@example.jp の形で。")


def mail_addresses(text: str) -> tuple[str, ...]:
    return tuple(mail_address(word) for word in words(text))


def webhook(text: str) -> str:
    fits = urlsplit(text).scheme in ("http", "https") and host_of(text) and _has_port(text)
    return _if(fits, text, "https://chat.example.jp/… の形で。")


def folder(text: str) -> Path:
    return _if(Path(text).is_absolute(), Path(text), "/ から始まるフォルダーの名前で。")


def existing_folder(text: str) -> Path:
    return _if(folder(text).is_dir(), Path(text), "このフォルダーはありません。作ってください。")


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(word) for word in words(text))
    except ValueError:
        raise ValueError("192.0.2.0/24,2001:db8::/48 の形で。") from None


def public_keys(text: str) -> tuple[str, ...]:
    fits = all(_PUBLIC_KEY.fullmatch(word) for word in words(text))
    return _if(fits, words(text), "age1 で始まる公開鍵で(manage.py new_backup_key)。")


def truth(text: str) -> bool:
    known = _TRUTHS.get(text.lower())
    return _if(known is not None, bool(known), "true か false で。")


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        fits = re.fullmatch(r"[0-9]{1,9}", text) and least <= int(text) <= most
        return _if(fits, int(text) if fits else 0, f"{least}から{most}までの整数で。")

    return read


def number_from_zero(text: str) -> float:
    fits = re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", text)
    return _if(fits, float(text) if fits else 0.0, "0以上の数で。")


def seconds(*, above_zero: bool = False) -> Callable[[str], timedelta]:
    def read(text: str) -> timedelta:
        length = timedelta(seconds=number_from_zero(text))
        return _if(length or not above_zero, length, "0より大きい秒数で。")

    return read


def log_level(text: str) -> str:
    return _if(text.upper() in LOG_LEVELS, text.upper(), f"{'、'.join(LOG_LEVELS)} のどれかで。")


def _has_port(url: str) -> bool:
    """Whether the port is a number, or left out."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _if(fits: object, value: Value, form: str) -> Value:
    if not fits:
        raise ValueError(form)
    return value
