from catalog.models.bibs import Bib, BibStatus, Contribution
from catalog.models.branches import (
    Branch,
    CalendarException,
    NthWeekdayClosing,
    OpeningHours,
    PublicHoliday,
)
from catalog.models.copies import Copy
from catalog.models.headings import Contributor, Series, SubjectReference, VolumeSet
from catalog.models.material import MaterialType
from catalog.models.merged import MergedBib
from catalog.models.news import News
from catalog.models.reading_lists import ReadingList, ReadingListEntry
from catalog.models.statistics import Figure, Happening

__all__ = [
    "Bib",
    "BibStatus",
    "Branch",
    "CalendarException",
    "Contribution",
    "Contributor",
    "Copy",
    "Figure",
    "Happening",
    "MaterialType",
    "MergedBib",
    "News",
    "NthWeekdayClosing",
    "OpeningHours",
    "PublicHoliday",
    "ReadingList",
    "ReadingListEntry",
    "Series",
    "SubjectReference",
    "VolumeSet",
]
