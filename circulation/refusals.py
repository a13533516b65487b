from akiruno_library.refusals import Refusal


class NothingToUndo(Refusal):
    sentence = "取り消せる読み取りがありません。もう取り消したか、5分を過ぎています。"


class TooLateToUndo(Refusal):
    sentence = "5分を過ぎたため取り消せません。返却や貸出の読み取りで直してください。"


class MovedOn(Refusal):
    sentence = (
        "資料{barcode}は、そのあとほかの窓口で読み取られています。取り消せません。"
        "いまの状態をお確かめください。"
    )


class DropDayOutOfReach(Refusal):
    sentence = "返却ポストの日は、きょうまでの14日のうちから選んでください。"
