from akiruno_library import policy
from akiruno_library.refusals import Refusal


class AlreadyReserved(Refusal):
    sentence = "この資料は、もう予約しています。〔利用状況〕でお確かめください。"


class OnLoanToYou(Refusal):
    sentence = "この資料は、いまご本人が借りています。"


class TooManyReservations(Refusal):
    sentence = (
        f"予約は{policy.RESERVATION_LIMIT}件までです。いま{{now}}件予約しています。"
        "〔利用状況〕で不要なものを取り消すと、続けて予約できます。"
    )


class TooManyAudiovisual(Refusal):
    sentence = (
        f"視聴覚資料の予約は{policy.AUDIOVISUAL_RESERVATION_LIMIT}件までです。"
        "いま{now}件予約しています。〔利用状況〕で不要なものを取り消すと、続けて予約できます。"
    )


class NotCancellable(Refusal):
    sentence = "{state}の予約は、ウェブでは取り消せません。お手数ですが、受取館へお電話ください。"


class AlreadyClosed(Refusal):
    sentence = "この予約は、もう終わっています。〔利用状況〕でお確かめください。"


class ChangedMeanwhile(Refusal):
    sentence = "ほかの操作で状態が変わりました。画面を読み直して、お確かめください。"
