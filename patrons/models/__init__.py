from patrons.models.children import GuardianMail, Visit
from patrons.models.favourites import FavouriteEntry, FavouriteList
from patrons.models.former_name import FormerName
from patrons.models.link import OneTimeLink
from patrons.models.news_sending import NewsSending
from patrons.models.newsletter import (
    NewsletterAuthor,
    NewsletterGenre,
    NewsletterIssue,
    NewsletterTitle,
)
from patrons.models.notification_preferences import NotificationPreferences
from patrons.models.patron import Patron
from patrons.models.session import Session
from patrons.models.staff_actions import ChangeRecord, StaffAction
from patrons.models.terminal import Terminal
from patrons.models.throttle import KnownDevice, Throttle
from patrons.models.user import User

__all__ = [
    "ChangeRecord",
    "FavouriteEntry",
    "FavouriteList",
    "FormerName",
    "GuardianMail",
    "KnownDevice",
    "NewsSending",
    "NewsletterAuthor",
    "NewsletterGenre",
    "NewsletterIssue",
    "NewsletterTitle",
    "NotificationPreferences",
    "OneTimeLink",
    "Patron",
    "Session",
    "StaffAction",
    "Terminal",
    "Throttle",
    "User",
    "Visit",
]
