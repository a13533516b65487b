import math
from datetime import date, datetime

from akiruno_library.japanese_dates import spoken_day, spoken_moment
from akiruno_library.refusals import Refusal


class WrongCardOrPassword(Refusal):
    sentence = (
        "利用者番号またはパスワードが違います。もう一度お確かめください。"
        "お忘れのときは、利用者カードをお持ちのうえ図書館の窓口へお越しください。"
    )


class NotYetJuniorHigh(Refusal):
    sentence = (
        "ウェブでの予約は中学生になる{day}からご利用いただけます。"
        "それまでの予約は、窓口でお受けします。"
    )

    def __init__(self, *, first_day: date) -> None:
        self.first_day = first_day
        super().__init__(day=spoken_day(first_day))


class BirthDateUnknown(Refusal):
    sentence = (
        "生年月日の登録がないため、ウェブでの予約はご利用いただけません。"
        "利用者カードをお持ちのうえ、窓口へお越しください。"
    )


class OrganisationAtTheCounter(Refusal):
    sentence = "団体の予約は、窓口でお受けします。"


class CardExpired(Refusal):
    sentence = (
        "利用者カードの有効期限が{day}で切れています。窓口で更新すると、また予約できます。"
        "お待ちの予約の順番は、そのまま残ります。"
    )

    def __init__(self, *, expired_on: date) -> None:
        super().__init__(day=spoken_day(expired_on))


class Suspended(Refusal):
    sentence = "ただいま予約と貸出をお受けできません。お手数ですが、図書館の窓口へご相談ください。"


class NoMailAddress(Refusal):
    sentence = (
        "メールで連絡するには、メールアドレスの登録が要ります。"
        "電話か「連絡不要(マイページで確認)」をお選びください。"
    )


class ClosedForNow(Refusal):
    """For reading history and children's mail, after facts alone opened the card (2.1, 2.2)."""

    sentence = (
        "大切な情報を守るため、ここは{until}まで、見ることも変えることもできません。"
        "お急ぎのときは、利用者カードをお持ちのうえ図書館の窓口へお越しください。"
    )

    def __init__(self, *, until: datetime) -> None:
        self.until = until
        super().__init__(until=spoken_moment(until))


class ConfirmedAddressStays(Refusal):
    sentence = (
        "大切な情報を守るため、確認済みのメールアドレスは{until}まで変更できません。"
        "お急ぎのときは、利用者カードをお持ちのうえ図書館の窓口へお越しください。"
    )

    def __init__(self, *, until: datetime) -> None:
        super().__init__(until=spoken_moment(until))


class TooManyTries(Refusal):
    """Answered with 429 and Retry-After; the same for a card that exists and one that does not."""

    sentence = (
        "続けてお試しになったため、あと{wait}ほどお待ちください。"
        "お急ぎのときは、利用者カードをお持ちのうえ図書館の窓口へお越しください。"
    )

    def __init__(self, *, until: datetime, at: datetime) -> None:
        self.seconds = max(1, math.ceil((until - at).total_seconds()))
        super().__init__(wait=_spoken_wait(self.seconds))


def _spoken_wait(seconds: int) -> str:
    return f"{seconds}秒" if seconds < 60 else f"{math.ceil(seconds / 60)}分"


class WrongEnrolmentCode(Refusal):
    sentence = (
        "登録コードが違うか、期限が過ぎています。"
        "管理画面の「館内の検索機」で、コードを発行し直してください。"
    )
