from akiruno_library import policy
from akiruno_library.refusals import Refusal
from akiruno_library.spans import in_days, in_minutes

DROP_DAYS = in_days(policy.BOOK_DROP_FURTHEST)
UNDO_MINUTES = in_minutes(policy.UNDO_WITHIN)


class NothingToUndo(Refusal):
    sentence = f"取り消せる読み取りがありません。もう取り消したか、{UNDO_MINUTES}分を過ぎています。"


class TooLateToUndo(Refusal):
    sentence = f"{UNDO_MINUTES}分を過ぎたため取り消せません。返却や貸出の読み取りで直してください。"


class MovedOn(Refusal):
    sentence = (
        "資料{barcode}は、そのあとほかの窓口で読み取られています。取り消せません。"
        "いまの状態をお確かめください。"
    )


class DropDayOutOfReach(Refusal):
    sentence = f"返却ポストの日は、きょうまでの{DROP_DAYS}日のうちから選んでください。"
