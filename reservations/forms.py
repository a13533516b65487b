from django import forms
from django.http import QueryDict

from catalog.models import Branch
from patrons.models import Patron
from patrons.models.patron import ContactMethod


class BibsForm(forms.Form):
    """Which bibs a button or a row of ticks means; anything else is ignored."""

    data: QueryDict

    def bib_ids(self) -> list[int]:
        values = self.data.getlist("bib")[:100]
        return [int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 18]


class ConfirmForm(BibsForm):
    pickup_branch = forms.ModelChoiceField(
        label="受け取る館",
        queryset=Branch.objects.all(),
        empty_label="選んでください",
        error_messages={
            "required": "受け取る館を選んでください。",
            "invalid_choice": "受け取る館を一覧から選んでください。",
        },
    )
    contact_method = forms.ChoiceField(
        label="用意ができたときの連絡",
        widget=forms.RadioSelect,
        error_messages={
            "required": "連絡方法を選んでください。",
            "invalid_choice": "連絡方法を一覧から選んでください。",
        },
    )

    def __init__(self, *args: object, patron: Patron, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.initial.setdefault("pickup_branch", patron.pickup_branch_id)
        self.initial.setdefault("contact_method", patron.contact_method)
        self.fields["contact_method"].choices = [  # type: ignore[attr-defined]
            (value, label)
            for value, label in ContactMethod.choices
            if value != ContactMethod.MAIL or patron.mail_address_id is not None
        ]
