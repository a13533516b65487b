from django import forms
from django.http import QueryDict

from patrons.models import FavouriteEntry, FavouriteList

MOST_AT_ONCE = 300


class ListNameForm(forms.ModelForm):
    class Meta:
        model = FavouriteList
        fields = ["name"]
        labels = {"name": "リストの名前"}
        help_texts = {"name": "ご自分だけに見える名前です。"}
        error_messages = {
            "name": {
                "required": "リストの名前を入れてください。",
                "max_length": "名前は%(limit_value)d文字までです。",
            }
        }
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "off"})}


class NoteForm(forms.ModelForm):
    class Meta:
        model = FavouriteEntry
        fields = ["note"]


def whole_numbers(data: QueryDict, name: str) -> list[int]:
    """The ids that ticks and buttons of this name mean; anything else is ignored."""
    values = data.getlist(name)[:MOST_AT_ONCE]
    return [int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 18]


def slot_in(data: QueryDict, name: str) -> int | None:
    """The list a choice names, None when it names none."""
    numbers = whole_numbers(data, name)
    return numbers[0] if numbers else None
