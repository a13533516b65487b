from catalog.staff.bibs import BibAdmin, ContributorAdmin, CopyAdmin, SeriesAdmin
from catalog.staff.branches import BranchAdmin, MaterialTypeAdmin, PublicHolidayAdmin
from catalog.staff.news import NewsAdmin

__all__ = [
    "BibAdmin",
    "BranchAdmin",
    "ContributorAdmin",
    "CopyAdmin",
    "MaterialTypeAdmin",
    "NewsAdmin",
    "PublicHolidayAdmin",
    "SeriesAdmin",
]
