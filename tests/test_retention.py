"""Rule 10: every table that holds something of people says how long, and who deletes it.

The table is docs/retention.md; this makes it true: no table is missing, no job is invented.
"""

import re
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignKey, Model

from notifications import jobs

TABLE = Path(__file__).parent.parent / "docs" / "retention.md"
ROW = re.compile(r"^\| `([\w.]+)` \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)

# Nobody stands in these: the library itself, counts, and what runs. Nor in the whole catalogue,
# which lies below the people.
OF_NOBODY = {
    *("notifications.Pulse", "patrons.Terminal"),
    *("patrons.NewsletterIssue", "patrons.NewsletterTitle"),
    *("auth.Permission", "auth.Group", "auth.Group_permissions", "contenttypes.ContentType"),
}
PEOPLE = {"patrons.Patron", "patrons.User", "notifications.MailAddress"}


def rows() -> dict[str, tuple[str, str, str]]:
    return {name: (what, until, by) for name, what, until, by in ROW.findall(TABLE.read_text())}


def models() -> dict[str, type[Model]]:
    return {
        model._meta.label: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label != "demo"
    }


def of_nobody() -> set[str]:
    return OF_NOBODY | {label for label in models() if label.startswith("catalog.")}


def test_each_table_has_a_rule_or_is_of_nobody():
    assert set(models()) == set(rows()) | of_nobody()
    assert not set(rows()) & of_nobody()


def test_what_is_called_nobodys_points_at_nobody():
    for label in of_nobody():
        fields = models()[label]._meta.concrete_fields
        pointed_at = {f.related_model._meta.label for f in fields if isinstance(f, ForeignKey)}
        assert not pointed_at & PEOPLE, label


def test_each_job_of_the_table_exists_and_each_row_says_until_when():
    for name, (what, until, by) in rows().items():
        assert what.strip(), name
        assert until.strip() not in ("", "—"), name
        if by.startswith("`"):
            assert by.strip("`") in jobs.JOBS, name


def test_each_job_that_forgets_stands_in_the_table():
    text = TABLE.read_text()
    assert [n for n in jobs.JOBS if n.startswith("forget_") and f"`{n}`" not in text] == []
