"""No secret is kept with the source: keys, tokens, passwords of anything real."""

import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

SHAPES = {
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "age key": r"AGE-SECRET-KEY-1[0-9A-Z]{20,}",
    "key of a cloud": r"\b(?:AKIA|ASIA|AROA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b",
    "token of a code host": r"\b(?:gh[pousr]_|github_pat_|glpat-)[0-9A-Za-z_]{20,}",
    "token of a chat": r"\bxox[abprs]-[0-9A-Za-z-]{10,}",
    "token of a registry": r"\b(?:pypi-|npm_)[0-9A-Za-z_-]{30,}",
    "signed token": r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.",
    "password in an address": r"\b[a-z][a-z+]*://[^\s/:@\"'{}$<>]+:(?P<secret>[^\s/@\"'{}$<>]+)@",
    "password": r"(?i)(?:password|passwd|secret|api_?key|token)[a-z_]*[\"']?\s*[=:]\s*"
    r"[\"'](?P<secret>[^\"'\s{}()\[\]]{6,})[\"']",
}
RANDOM_LOOKING = r"[\"'](?P<secret>[A-Za-z0-9+/_-]{24,}={0,2})[\"']"
BITS_A_CHARACTER = 4.3  # above that nobody wrote it by hand

# Everybody may know these: they open samples, and what a test made a moment before.
KNOWN = {"akiruno-2026", "bench-2026", "kawa-no-oto-2026", "wrong-one", "10000001", "PASSWORD"}
SAYS_WHAT_IT_IS = re.compile(
    r"(?i)example|only-for|sample|parole|pass(word|wd)?[-_ ]?\d*$|secret|token|^[a-z_.]+$"
    "|[ぁ-んァ-ヶ]"
)
LOCKS = "requirements/"  # hashes of packages
TESTS = "tests/"  # their passwords belong to patrons who live for a second


def sources() -> Iterator[tuple[str, str]]:
    """Every text that is handed on: what git tracks, or everything where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    paths = [ROOT / name for name in names if name] or [
        path for path in ROOT.rglob("*") if ".venv" not in path.parts
    ]
    for path in paths:
        if path.is_file() and path.stat().st_size < 1_000_000:
            try:
                yield str(path.relative_to(ROOT)), path.read_text("utf-8")
            except UnicodeDecodeError:
                continue  # a picture


def secrets_in(name: str, text: str) -> Iterator[str]:
    for line_number, line in enumerate(text.splitlines(), start=1):
        for kind, shape in SHAPES.items():
            for found in re.finditer(shape, line):
                value = found.groupdict().get("secret") or found[0]
                if kind.startswith("password") and harmless(name, value):
                    continue
                yield f"{name}:{line_number} {kind}: {value[:12]}…"
        if not name.startswith(LOCKS):
            for found in re.finditer(RANDOM_LOOKING, line):
                secret = found["secret"]
                if bits_a_character(secret) > BITS_A_CHARACTER and re.search(r"\d", secret):
                    yield f"{name}:{line_number} looks random: {secret[:12]}…"


def harmless(name: str, value: str) -> bool:
    known = value in KNOWN or bool(SAYS_WHAT_IT_IS.search(value))
    return known or (name.startswith(TESTS) and bits_a_character(value) < BITS_A_CHARACTER)


def bits_a_character(text: str) -> float:
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def test_nothing_that_is_handed_on_holds_a_secret():
    read, found = 0, []
    for name, text in sources():
        read += 1
        if name != "tests/security/test_secrets.py":
            found += secrets_in(name, text)
    assert read > 300
    assert found == []


def test_what_must_never_be_handed_on_is_ignored():
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {".env", "/secrets/"} <= set(ignored)
    image = (ROOT / ".dockerignore").read_text().split()
    assert image[0] == "*"  # and nothing that is let in holds secrets
    assert not {"!.env", "!secrets"} & set(image)


def test_secrets_are_seen():
    planted = [
        "-----BEGIN RSA PRIVATE KEY-----",
        "key = 'AKIA" + "ABCDEFGHIJKLMNOP'",
        "x = 'ghp_" + "abcdefghijklmnopqrstuvwxyz0123'",
        'DATABASE_URL = "postgres://akiruno:' + 'hUnter2x7@db/akiruno"',
        'smtp_password = "' + 'Kj3xPq81Zt"',
        "SECRET = 'q7J0v" + "TzXk2mB9sWfLr4YcHnP6dGaE8uV'",
    ]
    for line in planted:
        assert list(secrets_in("catalog/x.py", line)), line
    for line in [
        "password = forms.CharField()",
        "the token is kept",
        "DATABASE_URL=postgres://h/n",
    ]:
        assert not list(secrets_in("catalog/x.py", line)), line
