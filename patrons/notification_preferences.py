"""メールの設定: which mails a patron wants, and the genres and authors of the newsletter."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.refusals import refuse
from japanese.normalise import compact
from notifications import outbox
from patrons.models import NewsletterAuthor, NewsletterGenre, NotificationPreferences, Patron
from patrons.newsletter.matching import genre_choices
from patrons.newsletter.refusals import NewsletterOfNothing, TooManyAuthors
from patrons.patron_lock import lock

# One consent for two kinds of mail (rule 4.6); the other consents have one kind of their own name.
KINDS_OF_CONSENT = {"due_soon": ("due_soon", "overdue")}


def preferences_of(patron: Patron) -> NotificationPreferences:
    """Return the patron's preferences; without a row, the defaults."""
    chosen = NotificationPreferences.objects.filter(patron=patron).first()
    return chosen or NotificationPreferences(patron=patron)


@transaction.atomic
def save_preferences(
    patron: Patron,
    *,
    newsletter: bool,
    genres: Iterable[str],
    authors: Iterable[str],
    due_soon: bool,
    news: bool,
    titles_in_hold_mail: bool,
    at: datetime | None = None,
) -> NotificationPreferences:
    """Save all preferences, and withdraw waiting mails of kinds that are no longer wanted."""
    lock(patron)
    now = at or timezone.now()
    chosen, known = set(genres), genre_choices()
    named = named_authors(authors)
    refuse(
        refusal
        for refusal, applies in (
            (NewsletterOfNothing(), newsletter and not chosen and not named),
            (TooManyAuthors(), len(named) > policy.NEWSLETTER_AUTHORS),
        )
        if applies
    )
    before = preferences_of(patron)
    after = {
        # The moment of the first consent stays while it holds; giving it again starts a new one.
        "newsletter_since": (before.newsletter_since or now) if newsletter else None,
        "due_soon_since": (before.due_soon_since or now) if due_soon else None,
        "news_declined_at": None if news else (before.news_declined_at or now),
        "titles_in_hold_mail": titles_in_hold_mail,
    }
    preferences, _ = NotificationPreferences.objects.update_or_create(patron=patron, defaults=after)
    _keep_choices(patron, [genre for genre in known if genre in chosen], named)
    for kind, wanted in (("newsletter", newsletter), ("due_soon", due_soon), ("news", news)):
        if wanted:
            reinstate(patron, kind)
        else:
            # In the same transaction: no mail may leave after the page has said that it is stopped.
            withdraw(patron, kind, at=now)
    return preferences


def withdraw(patron: Patron, consent: str, *, at: datetime) -> None:
    """Withdraw all mail that waits to be sent by this consent."""
    for kind in KINDS_OF_CONSENT.get(consent, (consent,)):
        outbox.withdraw_kind(kind, recipient=patron.pk, at=at)


def reinstate(patron: Patron, consent: str) -> None:
    """Undo it: the consent was given again before the mail was sent."""
    for kind in KINDS_OF_CONSENT.get(consent, (consent,)):
        outbox.reinstate_kind(kind, recipient=patron.pk)


def named_authors(names: Iterable[str]) -> dict[str, str]:
    """Return the names by their folded form; a name that was written twice occurs once."""
    named: dict[str, str] = {}
    for name in names:
        plain = " ".join(name.split())[:60]
        if folded := compact(plain)[:120]:
            named.setdefault(folded, plain)
    return named


def _keep_choices(patron: Patron, genres: list[str], authors: dict[str, str]) -> None:
    patron.newsletter_genres.exclude(genre__in=genres).delete()
    NewsletterGenre.objects.bulk_create(
        [NewsletterGenre(patron=patron, genre=genre) for genre in genres], ignore_conflicts=True
    )
    patron.newsletter_authors.exclude(folded__in=authors).delete()
    NewsletterAuthor.objects.bulk_create(
        [
            NewsletterAuthor(patron=patron, name=name, folded=folded)
            for folded, name in authors.items()
        ],
        ignore_conflicts=True,
    )
