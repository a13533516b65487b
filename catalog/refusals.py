from akiruno_library.refusals import Refusal


class SearchUnavailable(Refusal):
    sentence = (
        "ただいま検索の準備をしています。しばらくたってから、もう一度お試しください。"
        "お急ぎのときは、図書館へお電話ください。"
    )


class LibraryUseOnly(Refusal):
    sentence = "この資料は館内でご覧ください。貸出と予約はできません。"


class NoCopyLeft(Refusal):
    sentence = (
        "いま貸出できる所蔵がないため、予約できません。"
        "お急ぎのときや、ほかの版をお探しのときは、図書館へご相談ください。"
    )


class OnlyOnOrder(Refusal):
    sentence = (
        "この資料は発注中です。届いて貸出の用意ができると、予約できるようになります。"
        "お急ぎのときは、図書館へご相談ください。"
    )


class NoLongerInTheCatalogue(Refusal):
    sentence = (
        "この資料は、ほかの資料と登録がまとめられました。お手数ですが、もう一度さがしてください。"
    )


class CounterOnly(Refusal):
    sentence = "{material}はウェブでは予約できません。窓口でお申し込みください。"
