from akiruno_library import policy
from akiruno_library.refusals import Refusal
from akiruno_library.spans import in_years


class BasketFull(Refusal):
    sentence = (
        f"予約かごには{policy.BASKET_LARGEST}点まで入ります。"
        "予約するか、かごから出すと、続けて入れられます。"
    )


class AlreadyReserved(Refusal):
    sentence = "この資料は、もう予約しています。〔利用状況〕でお確かめください。"
    to_staff = "この方は、この資料をもう予約しています。"


class OnLoanToYou(Refusal):
    sentence = (
        "この資料は、いまご本人が借りています。"
        "もう少しお読みになりたいときは、〔利用状況〕で返却期限を延長できることがあります。"
    )
    to_staff = "この資料は、いまこの方が借りています。"


class OnlyThroughTheLibrary(Refusal):
    sentence = "この資料はウェブでは予約できません。お求めのときは、図書館の窓口へご相談ください。"


class TooManyReservations(Refusal):
    sentence = (
        f"予約は{policy.RESERVATION_LIMIT}件までです。いま{{now}}件予約しています。"
        "〔利用状況〕で不要なものを取り消すと、続けて予約できます。"
    )
    to_staff = (
        f"予約は{policy.RESERVATION_LIMIT}件までです。いま{{now}}件予約しています。"
        "超えて受けるときは、わけを書いてください。"
    )


class TooManyAudiovisual(Refusal):
    sentence = (
        f"視聴覚資料の予約は{policy.AUDIOVISUAL_RESERVATION_LIMIT}件までです。"
        "いま{now}件予約しています。〔利用状況〕で不要なものを取り消すと、続けて予約できます。"
    )
    to_staff = (
        f"視聴覚資料の予約は{policy.AUDIOVISUAL_RESERVATION_LIMIT}件までです。"
        "いま{now}件予約しています。超えて受けるときは、わけを書いてください。"
    )


class NotCancellable(Refusal):
    sentence = "{state}の予約は、ウェブでは取り消せません。お手数ですが、受取館へお電話ください。"


class NotChangeable(Refusal):
    sentence = (
        "{state}の予約は、ウェブでは変更できません。変更したいときは、受取館へお電話ください。"
    )


class SequenceNeedsTwo(Refusal):
    sentence = (
        "順番予約にするには、2つ以上選んでください。"
        "もう用意の始まった資料は、順番の1番目にだけできます。"
    )


class NotInSequence(Refusal):
    sentence = "この予約は、順番予約に入っていません。画面を読み直して、お確かめください。"


class SuspensionStartsInThePast(Refusal):
    sentence = "はじめの日は、本日か、それより後の日にしてください。"


class SuspensionEndsInThePast(Refusal):
    sentence = "おわりの日は、本日か、それより後の日にしてください。"


class SuspensionEndsBeforeItStarts(Refusal):
    sentence = "おわりの日は、はじめの日と同じ日か、それより後の日にしてください。"


class SuspensionTooLong(Refusal):
    sentence = (
        f"スキップの期間は{in_years(policy.SUSPENSION_LONGEST)}年までです。"
        "おわりの日を、{last_day}か、それより前にしてください。"
    )


class RequestOfAnotherTown(Refusal):
    sentence = "広域(ほかの市町村)の方のリクエストは、お住まいの市町村の図書館でお受けします。"


class AlreadyClosed(Refusal):
    sentence = "この予約は、もう終わっています。〔利用状況〕でお確かめください。"


class ChangedMeanwhile(Refusal):
    sentence = "ほかの操作で状態が変わりました。画面を読み直して、お確かめください。"


class NeedsAReason(Refusal):
    sentence = "わけを書いてください。記録に残ります。"


class NoAddressToWriteTo(Refusal):
    sentence = "メールの届くアドレスがありません。お電話で相談してください。"


class NotHereToBeMissing(Refusal):
    sentence = "この資料は「{whereabouts}」のため、所在不明にできません。"


class MergedWithItself(Refusal):
    sentence = "同じ資料です。まとめる資料と残す資料に、別々の資料を選んでください。"


class AnotherMaterialType(Refusal):
    sentence = (
        "資料形態が違うため、まとめられません({one}と{other})。"
        "同じ資料なら、資料の画面で資料形態をそろえてからまとめてください。"
    )


class AnotherVolume(Refusal):
    sentence = (
        "巻が違うため、まとめられません(巻: {one}と{other})。"
        "同じ巻なら、資料の画面で巻・巻の順・巻の組をそろえてからまとめてください。"
    )


class OneIsHidden(Refusal):
    sentence = (
        "一方だけに「利用者に見せない」印があるため、まとめられません。"
        "ほかの図書館から借りた所蔵は、図書館の所蔵とは別の資料にしておきます。"
    )
