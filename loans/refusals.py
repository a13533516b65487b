from akiruno_library.refusals import Refusal


class AlreadyLent(Refusal):
    sentence = "資料{barcode}は、もう貸出中です。"


class LibraryUseCopy(Refusal):
    sentence = "資料{barcode}は館内でご覧いただく資料です。貸出できません。"


class NotForLending(Refusal):
    sentence = "資料{barcode}は「{whereabouts}」です。先に返却の読み取りをしてください。"


class TooManyOfMedium(Refusal):
    sentence = "{medium}の貸出は{limit}点までです。いま{now}点借りています。"


class HeldForAnother(Refusal):
    sentence = "資料{barcode}は、予約した方のために取り置いています。貸出できません。"


class WithdrawnCopy(Refusal):
    sentence = "資料{barcode}は除籍した資料です。棚に戻さず、係へ渡してください。"
