from patrons.models.favourites import FavouriteEntry, FavouriteList
from patrons.models.patron import Patron
from patrons.models.user import User

__all__ = ["FavouriteEntry", "FavouriteList", "Patron", "User"]
