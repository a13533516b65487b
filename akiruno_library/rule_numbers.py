"""The numbers of the rules as templates read them: `{{ rules.shelf_days }}日`.

Pages get the function itself from a context processor, mails from their renderer. A template that
names one of the numbers calls it; a page that names none pays nothing.
"""

from akiruno_library import policy
from akiruno_library.spans import (
    in_days,
    in_hours,
    in_minutes,
    in_seconds,
    in_weeks,
    in_years,
    spoken_time,
    spoken_weekday,
    spoken_weeks,
)

Numbers = dict[str, int | str]

_TIMES_IN_ENGLISH = {1: "once", 2: "twice"}


def rule_numbers() -> Numbers:
    """Return the present values of the policy, so that a page never shows an old value."""
    return _of_patrons() | _of_loans_and_reservations() | _of_mail_and_search() | _of_retention()


def _of_patrons() -> Numbers:
    month, day = policy.SCHOOL_YEAR_STARTS
    return {
        "password_shortest": policy.PASSWORD_MIN_LENGTH,
        "password_longest": policy.PASSWORD_MAX_LENGTH,
        "closed_hours": in_hours(policy.CLOSED_AFTER_FACTS),
        "reset_link_minutes": in_minutes(policy.RESET_LINK_VALID),
        "confirmation_days": in_days(policy.CONFIRMATION_VALID),
        "confirmations": policy.CONFIRMATIONS_REPEATED,
        "former_name_days": in_days(policy.FORMER_NAME_ACCEPTED),
        "card_years": policy.CARD_VALID_YEARS,
        "card_expires_days": in_days(policy.CARD_EXPIRES_SOON),
        "school_year_starts": f"{month}月{day}日",
        "children_under": policy.CHILDREN_UNDER,
        "visit_mail_late_minutes": in_minutes(policy.VISIT_MAIL_LATE),
        "terminal_seconds": in_seconds(policy.TERMINAL_SESSION_EXPIRY),
        "session_minutes": in_minutes(policy.SESSION_EXPIRY),
        "warning_minutes": in_minutes(policy.SESSION_WARNING),
        "longest_hours": in_hours(policy.SESSION_LONGEST),
    }


def _of_loans_and_reservations() -> Numbers:
    return {
        "renewals": policy.RENEWALS,
        "renewals_in_english": _TIMES_IN_ENGLISH.get(policy.RENEWALS, f"{policy.RENEWALS} times"),
        "reservations": policy.RESERVATION_LIMIT,
        "audiovisual_reservations": policy.AUDIOVISUAL_RESERVATION_LIMIT,
        "basket": policy.BASKET_LARGEST,
        "shelf_days": policy.HOLD_SHELF_DAYS,
        "cancelled_days": in_days(policy.CLOSED_RESERVATION_VISIBLE),
        "cancelled_span": spoken_weeks(policy.CLOSED_RESERVATION_VISIBLE),
        "sequence_patience_days": in_days(policy.SEQUENCE_PATIENCE),
        "suspension_years": in_years(policy.SUSPENSION_LONGEST),
        "undo_minutes": in_minutes(policy.UNDO_WITHIN),
        "long_overdue_days": policy.LONG_OVERDUE_DAYS,
    }


def _of_mail_and_search() -> Numbers:
    return {
        "favourite_lists": policy.FAVOURITE_LISTS,
        "favourites": policy.FAVOURITES_IN_A_LIST,
        "due_soon_days": in_days(policy.DUE_SOON),
        "overdue_again_days": in_days(policy.OVERDUE_AGAIN),
        "due_soon_at": spoken_time(policy.MORNING_MAILS_AT),
        "newsletter_weekday": spoken_weekday(policy.NEWSLETTER_WEEKDAY),
        "newsletter_at": spoken_time(policy.NEWSLETTER_AT),
        "newsletter_authors": policy.NEWSLETTER_AUTHORS,
        "mail_failures_span": spoken_weeks(policy.MAIL_FAILURES_LISTED),
        "preview_weeks": in_weeks(policy.NEWSLETTER_PREVIEW),
        "new_years": in_years(policy.NEW_FOR),
        "reachable": f"{policy.RESULTS_REACHABLE:,}",
        "special_days": in_days(policy.SPECIAL_DAYS_AHEAD),
    }


def _of_retention() -> Numbers:
    return {
        "mail_days": in_days(policy.MAIL_KEPT),
        "visit_days": in_days(policy.VISITS_KEPT),
        "device_days": in_days(policy.DEVICE_KNOWN_FOR),
        "display_days": in_days(policy.DISPLAY_KEPT),
        "attempts_days": in_days(policy.THROTTLES_KEPT),
        "staff_actions_years": in_years(policy.STAFF_ACTIONS_KEPT),
        "backup_years": in_years(policy.BACKUPS_KEPT),
    }
