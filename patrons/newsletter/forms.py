from typing import Any

from django import forms

from akiruno_library import policy
from akiruno_library.spans import in_days
from patrons.models import NotificationPreferences, Patron
from patrons.newsletter.matching import genre_choices


class NotificationPreferencesForm(forms.Form):
    newsletter = forms.BooleanField(label="新着のお便りを受け取る", required=False)
    genres = forms.MultipleChoiceField(
        label="分野",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "一覧から選んでください。"},
    )
    authors = forms.CharField(
        label="著者",
        required=False,
        max_length=4000,
        help_text=(
            "1行に1人ずつ書いてください。漢字でもかなでもかまいません。"
            f"{policy.NEWSLETTER_AUTHORS}人まで。"
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": "著者の一覧が長すぎます。"},
    )
    due_soon = forms.BooleanField(
        label=f"返却期限の{in_days(policy.DUE_SOON)}日前にメールを受け取る",
        required=False,
        help_text="期限の近い資料があるときだけ、1日1通お送りします。期限を過ぎたときは、次の日と、"
        f"その{in_days(policy.OVERDUE_AGAIN)}日後にもお知らせします。",
    )
    titles_in_hold_mail = forms.BooleanField(
        label="ご用意できた資料の題名をメールにのせる",
        required=False,
        help_text="選ばなければ、館と点数と期限だけをお知らせします。",
    )
    news = forms.BooleanField(
        label="図書館からのお知らせを受け取る",
        required=False,
        help_text="臨時の休館や催しなど。",
    )

    def __init__(
        self, *args: Any, patron: Patron, preferences: NotificationPreferences, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "newsletter": preferences.newsletter_since is not None,
            "genres": list(patron.newsletter_genres.values_list("genre", flat=True)),
            "authors": "\n".join(patron.newsletter_authors.values_list("name", flat=True)),
            "due_soon": preferences.due_soon_since is not None,
            "titles_in_hold_mail": preferences.titles_in_hold_mail,
            "news": preferences.news_declined_at is None,
        }
        super().__init__(*args, **kwargs)
        self.fields["genres"].choices = list(genre_choices().items())  # type: ignore[attr-defined]

    def clean_authors(self) -> list[str]:
        return [line for line in self.cleaned_data["authors"].splitlines() if line.strip()]
