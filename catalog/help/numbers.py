"""The numbers of the rules in the units people say them in, read anew for every page."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from akiruno_library import policy
from catalog.models import MaterialType

A_YEAR = timedelta(days=365)


def numbers() -> dict[str, int | str]:
    return {
        "password_shortest": policy.PASSWORD_MIN_LENGTH,
        "password_longest": policy.PASSWORD_MAX_LENGTH,
        "closed_hours": policy.CLOSED_AFTER_FACTS // timedelta(hours=1),
        "reset_link_minutes": _minutes(policy.RESET_LINK_VALID),
        "confirmation_days": policy.CONFIRMATION_VALID.days,
        "confirmations": policy.CONFIRMATIONS_REPEATED,
        "former_name_days": policy.FORMER_NAME_ACCEPTED.days,
        "card_years": policy.CARD_VALID_YEARS,
        "card_told_days": policy.CARD_EXPIRES_SOON.days,
        "reservations": policy.RESERVATION_LIMIT,
        "audiovisual_reservations": policy.AUDIOVISUAL_RESERVATION_LIMIT,
        "basket": policy.BASKET_LARGEST,
        "shelf_days": policy.HOLD_SHELF_DAYS,
        "cancelled_days": policy.CLOSED_RESERVATION_VISIBLE.days,
        "order_patience_days": policy.ORDER_PATIENCE.days,
        "skip_years": policy.SKIP_LONGEST // A_YEAR,
        "favourite_lists": policy.FAVOURITE_LISTS,
        "favourites": policy.FAVOURITES_IN_A_LIST,
        "due_soon_days": policy.DUE_SOON.days,
        "newsletter_authors": policy.NEWSLETTER_AUTHORS,
        "children_under": policy.CHILDREN_UNDER,
        "visit_mail_late_minutes": _minutes(policy.VISIT_MAIL_LATE),
        "terminal_seconds": int(policy.TERMINAL_IDLE.total_seconds()),
        "idle_minutes": _minutes(policy.SESSION_IDLE),
        "warning_minutes": _minutes(policy.SESSION_WARNING),
        "longest_hours": policy.SESSION_LONGEST // timedelta(hours=1),
        "undo_minutes": _minutes(policy.UNDO_WITHIN),
        "mail_days": policy.MAIL_KEPT.days,
        "visit_days": policy.VISITS_KEPT.days,
        "long_overdue_days": policy.LONG_OVERDUE_DAYS,
        "preview_weeks": policy.NEWSLETTER_PREVIEW // timedelta(days=7),
        "new_years": policy.NEW_FOR // A_YEAR,
        "reachable": f"{policy.RESULTS_REACHABLE:,}",
        "special_days": policy.SPECIAL_DAYS_SHOWN.days,
        "device_days": policy.DEVICE_KNOWN_FOR.days,
        "display_days": policy.DISPLAY_KEPT.days,
        "tries_days": policy.THROTTLES_KEPT.days,
        "staff_acts_years": policy.STAFF_ACTS_KEPT // A_YEAR,
        "backup_years": policy.BACKUPS_KEPT // A_YEAR,
    }


def _minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)


@dataclass(frozen=True)
class Lending:
    """For how long a kind of material is lent, and how many of it at once (rule 4.1)."""

    kind: str
    days: int
    limit: int | None


def lending(materials: list[MaterialType]) -> list[Lending]:
    """One line for all kinds that are lent alike."""

    def terms(material: MaterialType) -> tuple[int, int, int]:
        medium = list(MaterialType.Medium).index(MaterialType.Medium(material.medium))
        return medium, material.loan_days, material.loan_limit or 0

    return [
        Lending("・".join(material.name for material in alike), days, limit or None)
        for (_, days, limit), alike in groupby(sorted(materials, key=terms), key=terms)
    ]
