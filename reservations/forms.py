from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict

from akiruno_library.row_numbers import row_number, row_numbers
from catalog.calendar.closures import closures_ahead
from catalog.models import Branch
from patrons.models import Patron


class BibsForm(forms.Form):
    """The bibs that a button or ticked rows name. All other input is ignored."""

    data: QueryDict

    def bib_ids(self) -> list[int]:
        return row_numbers(self.data, "bib")

    def slot(self) -> int | None:
        """Return the chosen list of favourites, or None when there was no choice."""
        return row_number(self.data.get("list", "")[:2]) or None


class BranchField(forms.ModelChoiceField):
    """A choice of pickup branches, each with its next closure (rule 12.13)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "受け取る館")
        kwargs.setdefault("empty_label", "選んでください")
        kwargs["queryset"] = Branch.objects.all()
        kwargs["error_messages"] = {
            "required": "受け取る館を選んでください。",
            "invalid_choice": "受け取る館を一覧から選んでください。",
        }
        super().__init__(**kwargs)

    @cached_property
    def closures(self) -> Mapping[int, str]:
        return closures_ahead(Branch.objects.all())

    def label_from_instance(self, branch: Branch) -> str:  # type: ignore[override]
        closure = self.closures.get(branch.pk)
        return f"{branch.name}({closure})" if closure else branch.name


class ContactField(forms.ChoiceField):
    """A choice of contact methods. Mail is offered only with an address (rule 5.2)."""

    def __init__(self) -> None:
        super().__init__(
            label="用意ができたときの連絡",
            widget=forms.RadioSelect,
            error_messages={
                "required": "連絡方法を選んでください。",
                "invalid_choice": "連絡方法を一覧から選んでください。",
            },
        )

    def offer_to(self, patron: Patron) -> None:
        self.choices = [(method.value, method.label) for method in patron.contact_methods()]


class ConfirmForm(BibsForm):
    pickup_branch = BranchField()
    contact_method = ContactField()

    def __init__(self, *args: Any, patron: Patron, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("pickup_branch", patron.pickup_branch_id)
        self.initial.setdefault("contact_method", patron.contact_method)
        self.fields["contact_method"].offer_to(patron)  # type: ignore[attr-defined]

    def chosen_branch(self) -> Branch | None:
        """Return the branch that the form shows: sent, chosen before or the patron's default."""
        chosen = row_number(str(self["pickup_branch"].value() or ""))
        return Branch.objects.filter(pk=chosen).first()


class ChangeForm(forms.Form):
    """Pickup branch and contact method of a waiting reservation."""

    pickup_branch = BranchField(empty_label=None)
    contact_method = ContactField()

    def __init__(self, *args: Any, patron: Patron, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_method"].offer_to(patron)  # type: ignore[attr-defined]


class PickupForm(forms.Form):
    pickup_branch = BranchField(label="お待ちの予約すべての受け取る館")


class SuspensionForm(forms.Form):
    """Checks the shape of the days only. `suspension.refusals` checks the period."""

    first_day = forms.DateField(
        label="はじめの日",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "はじめの日を入れてください。",
            "invalid": "はじめの日を、2026-12-01 のように入れてください。",
        },
    )
    last_day = forms.DateField(
        label="おわりの日",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "おわりの日を入れてください。",
            "invalid": "おわりの日を、2026-12-20 のように入れてください。",
        },
    )
