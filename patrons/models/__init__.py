from patrons.models.favourites import FavouriteEntry, FavouriteList
from patrons.models.patron import Patron
from patrons.models.staff_acts import StaffAct
from patrons.models.user import User

__all__ = ["FavouriteEntry", "FavouriteList", "Patron", "StaffAct", "User"]
