"""What patrons have chosen to be told of, and what the library tells everybody."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from catalog.models import News
from demo.cards import HANAKO, SATORU
from demo.desk import Desk
from patrons.notification_preferences import save_preferences

CLOSURE, STORIES = "年末年始の休館について", "おはなし会のご案内"
SAMPLE_NEWS = {
    CLOSURE: (
        "年末年始は、全館で12月29日から1月3日までお休みします。\n\n"
        "お休みのあいだも返却ポストはお使いになれます(CD・DVDなどは開館日に窓口へお返しください)。"
        "取置期限がお休みにかかるときは、次の開館日まで延びます。"
    ),
    STORIES: (
        "毎週土曜日の午後2時から、東部図書館エルでおはなし会を開いています。\n\n"
        "申し込みはいりません。小さなお子さんは、おうちの方とごいっしょにどうぞ。"
    ),
}


def hanakos_notification_preferences(desk: Desk) -> None:
    """She reads what is new for children and by her authors, and is told of due days."""
    save_preferences(
        desk.patrons[HANAKO],
        newsletter=True,
        genres=["9", "child", "material:dvd"],
        authors=["宮部みゆき", "なかがわ りえこ", "夏目漱石"],
        due_soon=True,
        news=True,
        titles_in_hold_mail=False,
    )


def satorus_notification_preferences(desk: Desk) -> None:
    """He wants titles in his mails, and no news."""
    save_preferences(
        desk.patrons[SATORU],
        newsletter=False,
        genres=[],
        authors=[],
        due_soon=False,
        news=False,
        titles_in_hold_mail=True,
    )


def news(desk: Desk) -> None:
    today = timezone.localdate()
    for days, (title, text) in enumerate(SAMPLE_NEWS.items(), 1):
        News.objects.create(
            title=title,
            text=text,
            shows_from=today - timedelta(days=3 * days),
            shows_until=today + timedelta(days=40),
        )


def shift_news(days: timedelta) -> None:
    """The sample's own; what somebody wrote keeps its days."""
    News.objects.filter(title__in=SAMPLE_NEWS).update(
        shows_from=F("shows_from") + days, shows_until=F("shows_until") + days
    )
