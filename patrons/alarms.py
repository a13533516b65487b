"""What staff are told while somebody guesses passwords or facts of the whole city (safety 2)."""

from collections.abc import Iterator
from datetime import datetime

from akiruno_library import policy
from notifications.alarms import Alarm, source
from patrons.throttling import gauge, is_high

GUESSED = {
    "login": ("パスワード", policy.LOGIN_GAUGES["overall"]),
    "facts": ("利用者番号・お名前・生年月日・電話番号の組み合わせ", policy.FACTS_GAUGES["overall"]),
}


@source
def _guessing(at: datetime) -> Iterator[Alarm]:
    """Only while it goes on: the gauges forget within minutes."""
    for what, (guessed, level) in GUESSED.items():
        if is_high([gauge(what, "overall", level)], at=at):
            yield Alarm(
                f"guessing {what}",
                f"いま、だれかが{guessed}をつぎつぎに試しています。試せる回数は、ひとりでに"
                "少なくなっています。館内の検索機と、前にログインした機器はそのまま使えます。"
                "長く続くときは、市のネットワークの担当に知らせてください。",
            )
