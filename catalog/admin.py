from catalog.staff.bibs import BibAdmin, ContributorAdmin, CopyAdmin, SeriesAdmin
from catalog.staff.branches import BranchAdmin, MaterialTypeAdmin, PublicHolidayAdmin
from catalog.staff.news import NewsAdmin
from catalog.staff.reading_lists import ReadingListAdmin

__all__ = [
    "BibAdmin",
    "BranchAdmin",
    "ContributorAdmin",
    "CopyAdmin",
    "MaterialTypeAdmin",
    "NewsAdmin",
    "PublicHolidayAdmin",
    "ReadingListAdmin",
    "SeriesAdmin",
]
