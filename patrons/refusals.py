import math
from datetime import date, datetime

from akiruno_library import policy
from akiruno_library.refusals import Refusal
from japanese.date_format import spoken_day, spoken_moment


class WrongCardOrPassword(Refusal):
    sentence = (
        "利用者番号またはパスワードが違います。もう一度お確かめください。"
        "お忘れのときは〔パスワードを忘れたとき(初期化)〕へ。"
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
    to_staff = (
        "利用者カードの有効期限が{day}で切れています。住所などを確かめて更新すると、"
        "貸出も予約もできます。"
    )

    def __init__(self, *, expired_on: date) -> None:
        super().__init__(day=spoken_day(expired_on))


class Suspended(Refusal):
    sentence = "ただいま予約と貸出をお受けできません。お手数ですが、図書館の窓口へご相談ください。"
    to_staff = (
        "利用停止中のため、貸出も予約もできません。わけが済んでいれば、"
        "〔登録の内容〕の〔利用停止を解く〕で戻せます。"
    )


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


class TooManyAttempts(Refusal):
    """Answered with 429 and Retry-After, whether or not the card exists."""

    sentence = (
        "続けてお試しになったため、あと{wait}ほどお待ちください。"
        "お急ぎのときは、利用者カードをお持ちのうえ図書館の窓口へお越しください。"
    )

    def __init__(self, *, until: datetime, at: datetime) -> None:
        self.seconds = max(1, math.ceil((until - at).total_seconds()))
        super().__init__(wait=spoken_wait(self.seconds))


def spoken_wait(seconds: int) -> str:
    return f"{seconds}秒" if seconds < 60 else f"{math.ceil(seconds / 60)}分"


class WrongEnrolmentCode(Refusal):
    sentence = (
        "登録コードが違うか、期限が過ぎています。"
        "管理画面の「館内の検索機」で、コードを発行し直してください。"
    )


class NotInTheLibrary(Refusal):
    sentence = (
        "この場所からは、検索機を登録できません。図書館のネットワークにつないでから、"
        "もう一度お試しください。(設定 TERMINAL_ADDRESSES)"
    )


class PasswordTooShort(Refusal):
    sentence = f"パスワードは{policy.PASSWORD_MIN_LENGTH}文字以上にしてください。"


class PasswordTooLong(Refusal):
    sentence = f"パスワードは{policy.PASSWORD_MAX_LENGTH}文字までです。"


class PasswordTooCommon(Refusal):
    sentence = "よく使われていて見破られやすいパスワードです。別のものにしてください。"


class PasswordOfOwnFacts(Refusal):
    sentence = (
        "ご自分の利用者番号・お名前・生年月日・電話番号を使ったパスワードは見破られやすいものです。"
        "別のものにしてください。"
    )


class FactsDoNotMatch(Refusal):
    """One sentence, whichever fact is wrong, and whether or not the card exists (2.1)."""

    sentence = (
        "ご入力の内容では登録できませんでした。利用者番号・お名前・生年月日・電話番号を、"
        "図書館に届け出たとおりか、もう一度お確かめください。"
        "登録済みの方はパスワードの初期化へお進みください。"
        "ご不明なときは、利用者カードをお持ちのうえ図書館の窓口へお越しください。"
    )


class NothingToReset(Refusal):
    sentence = (
        "ご入力の内容では初期化できませんでした。利用者番号・お名前・生年月日・電話番号を、"
        "図書館に届け出たとおりか、もう一度お確かめください。"
        "ご不明なときは、利用者カードをお持ちのうえ図書館の窓口へお越しください。"
    )


class LinkNotUsable(Refusal):
    sentence = (
        "このリンクはもう使えません。期限が過ぎたか、すでに使われたか、"
        "メールアドレスが変わったためです。お手数ですが、もう一度はじめからお手続きください。"
    )


class WrongPassword(Refusal):
    sentence = "いまのパスワードが違います。もう一度お確かめください。"


class AddressBeginsOddly(Refusal):
    sentence = (
        "最初の文字が英数字でないメールアドレスには、メールを送れません。"
        "別のメールアドレスを入れてください。"
    )


class AddressHasDotBeforeAt(Refusal):
    sentence = (
        "「@」のすぐ前に「.」があるメールアドレスには、メールを送れません。"
        "別のメールアドレスを入れてください。"
    )


class AddressHasConsecutiveDots(Refusal):
    sentence = (
        "「..」のように「.」が続くメールアドレスには、メールを送れません。"
        "別のメールアドレスを入れてください。"
    )


class AddressTooLong(Refusal):
    sentence = "メールアドレスが長すぎます。もう一度お確かめください。"


class NotAnAddress(Refusal):
    sentence = (
        "メールアドレスの形になっていないようです。"
        "「hanako@example.jp」のように、半角の英数字で入れてください。"
    )


class OurOwnAddress(Refusal):
    sentence = (
        "これは図書館がメールを送り出すためのアドレスです。"
        "ご自分がメールを受け取るアドレスを入れてください。"
    )


class TooManyConfirmations(Refusal):
    sentence = (
        "確認のメールは、1日に送れる数を超えました。届いたメールの中で一番新しいものをお開きください。"
        "届かないときは、明日もう一度お試しいただくか、図書館へお問い合わせください。"
    )


class NothingToConfirm(Refusal):
    sentence = "このメールアドレスは、もう確認が済んでいます。"


class GrownUp(Refusal):
    sentence = (
        f"「きたよ・かえるよ」のお知らせは、{policy.CHILDREN_UNDER}歳になる前の方の来館をお知らせするものです。"
        "お子さんのぶんは、お子さんの利用者番号とパスワードでログインすると設定できます。"
    )


class GuardianAddressStays(Refusal):
    """After facts alone opened the card, until the guardian has answered (rule 2.2)."""

    sentence = (
        "お子さんの安全のため、送り先は、いまの送り先に届くメールのリンクからだけ変えられます。"
        "そのメールアドレスを使っていないときは、お子さんの利用者カードをお持ちのうえ"
        "図書館の窓口へお越しください。"
    )


class BirthDateUnknownForChildren(Refusal):
    sentence = (
        "生年月日の登録がないため、「きたよ・かえるよ」のお知らせはご利用いただけません。"
        "利用者カードをお持ちのうえ、窓口へお越しください。"
    )


class WrongCode(Refusal):
    sentence = (
        "確認コードが違うか、期限が過ぎています。"
        "アプリに出ている新しい数字で、もう一度お試しください。"
    )


class WrongCodeOrPassword(Refusal):
    sentence = "確認コードかパスワードが違います。もう一度お確かめください。"


class StaffMustWait(Refusal):
    sentence = "続けてお試しになったため、あと{wait}ほどお待ちください。"

    def __init__(self, *, seconds: int) -> None:
        super().__init__(wait=spoken_wait(seconds))


class CardNumberTaken(Refusal):
    sentence = "その利用者番号は、ほかの方が使っています。番号をお確かめください。"


class CardNumberUnreadable(Refusal):
    sentence = "利用者番号として読めませんでした。カードのバーコードをもう一度読ませてください。"


class CardNumberIsABarcode(Refusal):
    sentence = (
        "その番号は資料番号として使われています。読み取りで区別できないため、"
        "利用者番号にはできません。"
    )


class ExceptionHasEnded(Refusal):
    sentence = "最後の日は、今日かこれからの日にしてください。"


class NoMoreFavouriteLists(Refusal):
    sentence = (
        f"お気に入りリストは{policy.FAVOURITE_LISTS}つまでです。"
        "使わないリストを消すと、新しく作れます。"
    )


class FavouriteListIsFull(Refusal):
    sentence = (
        f"リスト「{{name}}」には{policy.FAVOURITES_IN_A_LIST}点まで入れられます。"
        "いくつか外すか、ほかのリストをお使いください。"
    )


class OldListTakesNothingIn(Refusal):
    sentence = "「これまでのお気に入り」には新しく入れられません。ほかのリストをお選びください。"
