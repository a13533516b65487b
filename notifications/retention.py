"""Deletes old mails, and addresses that nobody uses (rules 8.3, 10)."""

from datetime import date, datetime

from django.db.models import Exists, ForeignObjectRel, OuterRef, Q, QuerySet

from akiruno_library import policy
from notifications.models import JobRun, Mail, MailAddress, Notice
from notifications.rendering import KINDS


def forget_old_mails(*, at: datetime) -> int:
    """Delete what is older than its kind is kept, except waiting mails."""
    return sum(
        _delete(Mail.objects.exclude(state=Mail.State.WAITING).filter(old))
        + _delete(Notice.objects.filter(old, mail__isnull=True))
        for old in _old(at)
    )


def forget_unused_addresses() -> int:
    """Delete addresses that no row of the portal refers to."""
    used = [
        Exists(
            relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        )
        for relation in MailAddress._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
    ]
    unused = MailAddress.objects.all()
    for exists in used:
        unused = unused.filter(~exists)
    return _delete(unused)


def forget_old_runs(day: date) -> int:
    return JobRun.objects.filter(day__lt=day - policy.JOB_RUNS_KEPT).delete()[0]


def _old(at: datetime) -> list[Q]:
    """Return one condition for each retention period."""
    by_length: dict = {}
    for name, kind in KINDS.items():
        by_length.setdefault(kind.kept, []).append(name)
    known = [Q(kind__in=kinds, created_at__lt=at - kept) for kept, kinds in by_length.items()]
    return [*known, ~Q(kind__in=list(KINDS)) & Q(created_at__lt=at - policy.MAIL_KEPT)]


def _delete(rows: QuerySet) -> int:
    """Delete in batches, so that no transaction locks many rows; mails with their notices."""
    deleted = 0
    while portion := list(rows.values_list("pk", flat=True)[: policy.IMPORT_BATCH]):
        # A queryset delete does not cascade from mails to notices (SET_NULL).
        if rows.model is Mail:
            Notice.objects.filter(mail__in=portion).delete()
        rows.model._default_manager.filter(pk__in=portion).delete()
        deleted += len(portion)
    return deleted
