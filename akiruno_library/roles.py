"""What each role of staff may do in the admin: no more than its work needs.

view, add, change, delete of each table, written as letters. The groups carry exactly these rights;
they are brought up to date whenever the tables are migrated (patrons/roles.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    group: str  # the name staff see
    tables: dict[str, str]


_READ_THE_CATALOGUE = {
    "catalog.bib": "v",
    "catalog.branch": "v",
    "catalog.calendarexception": "v",
    "catalog.contribution": "v",
    "catalog.contributor": "v",
    "catalog.copy": "v",
    "catalog.materialtype": "v",
    "catalog.nthweekdayclosing": "v",
    "catalog.openinghours": "v",
    "catalog.publicholiday": "v",
    "catalog.series": "v",
}
_CATALOGUE = _READ_THE_CATALOGUE | {
    "catalog.bib": "vacd",
    "catalog.contribution": "vacd",
    "catalog.contributor": "vacd",
    "catalog.copy": "vacd",
    "catalog.series": "vacd",
}
_RECOMMEND = {"catalog.readinglist": "vacd", "catalog.readinglistentry": "vacd"}
_COUNTER = {
    "loans.loan": "vac",
    "notifications.mail": "v",
    "patrons.patron": "vac",
    "reservations.reservation": "vac",
    "reservations.reservationevent": "v",
}

ROLES = {
    "counter": Role("窓口", _READ_THE_CATALOGUE | _RECOMMEND | _COUNTER),
    "cataloguer": Role("目録", _CATALOGUE | _RECOMMEND),
    "administrator": Role(
        "管理者",
        _CATALOGUE
        | _RECOMMEND
        | _COUNTER
        | {
            "auth.group": "v",
            "catalog.branch": "vac",
            "catalog.calendarexception": "vacd",
            "catalog.figure": "v",
            "catalog.materialtype": "vac",
            "catalog.news": "vacd",
            "catalog.nthweekdayclosing": "vacd",
            "catalog.openinghours": "vacd",
            "catalog.publicholiday": "vacd",
            "notifications.jobrun": "v",
            "patrons.changerecord": "v",
            "patrons.staffaction": "v",
            "patrons.newssending": "vc",
            "patrons.terminal": "vac",
            "patrons.user": "vac",
        },
    ),
}
