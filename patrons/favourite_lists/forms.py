from django import forms
from django.http import QueryDict

from patrons.models import FavouriteEntry, FavouriteList


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
        error_messages = {"note": {"max_length": "メモは%(limit_value)d文字までです。"}}


def slot_in(data: QueryDict, name: str) -> int | None:
    """Return the slot of the list that a choice names, or None."""
    slot = data.get(name, "")
    return int(slot) if len(slot) == 1 and slot.isascii() and slot.isdigit() else None
