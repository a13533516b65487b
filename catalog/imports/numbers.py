"""Numbers in the cells of a table. One that a spreadsheet has rounded is an error of its row."""

from catalog.imports.records import BadRecord
from japanese.plain_numbers import is_power_of_ten, plain_number


def read_key(cell: str, words: str) -> str:
    """Return the number of a bib as it stands. `words` is the column's name for the error."""
    if is_power_of_ten(cell):
        raise BadRecord(
            f"{words}「{cell}」は、表計算ソフトで桁が失われています。"
            "列を「文字列」にして、もとのデータから書き出し直してください。"
        )
    return cell.removesuffix(".0")


def read_number(cell: str, words: str, longest: int = 20) -> str:
    """Return the number of a card or a copy as the counter reads it."""
    number = plain_number(read_key(cell, words))
    if not number:
        raise BadRecord(f"{words}「{cell}」が正しくありません。")
    if len(number) > longest:
        raise BadRecord(f"{words}が長すぎます({longest}文字まで)。")
    return number
