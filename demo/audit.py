"""Are holes known in what service installs? `pip-audit --strict` on the lock, where it can ask.

1. One feed after the other is asked; the first that answers for every package decides.
2. A known hole ends with 1: package, version, number and the version that mends it are named.
3. Nobody answers (no internet, a registry without a feed): that is said, and the check is passed
   over with SKIPPED, unless AUDIT_REQUIRED=1 is set, as a nightly run should.
"""

import json
import os
import subprocess
import sys
from typing import Any

from demo.console import say
from demo.environment import REQUIREMENTS, ROOT

SKIPPED = 77
FEEDS = ("osv", "pypi")
PATIENCE = 5  # seconds for one answer
LONGEST = 300


def main() -> int:
    reasons = []
    for feed in FEEDS:
        answer, reason = ask(feed)
        if answer is not None:
            return judge(feed, answer)
        reasons.append(f"{feed}: {reason}")
    say(f"脆弱性の一覧に問い合わせできません({'、'.join(reasons)})")
    return 1 if os.environ.get("AUDIT_REQUIRED") else SKIPPED


def ask(feed: str) -> tuple[dict[str, Any] | None, str]:
    """The feed's answer about every package of the lock, or why there is none."""
    lock = str(REQUIREMENTS / "service.txt")
    command = [sys.executable, "-m", "pip_audit", "--strict", "-r", lock, "--disable-pip"]
    command += ["--require-hashes", "--progress-spinner=off", "--format=json"]
    try:
        done = subprocess.run(
            [*command, "-s", feed, "--timeout", str(PATIENCE)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, "答えが遅すぎます"
    try:
        return json.loads(done.stdout), ""
    except json.JSONDecodeError:
        return None, why(done.stderr)


def why(output: str) -> str:
    """The last words, short: which package or which host was not answered for."""
    last = (output.strip().splitlines() or ["何も答えません"])[-1]
    return last.split("(Caused by")[0].replace("ERROR:pip_audit._cli:", "")[:90]


def judge(feed: str, answer: dict[str, Any]) -> int:
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}"
        f" → {' / '.join(hole['fix_versions']) or '直した版はまだありません'}"
        for package in answer["dependencies"]
        for hole in package.get("vulns", [])
    ]
    for hole in holes:
        say(hole)
    say(f"{feed}: {len(answer['dependencies'])} 個の部品、知られている穴は {len(holes)} 個")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
