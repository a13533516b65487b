from django.urls import reverse

from akiruno_library.messages import Action


def see_favourites() -> Action:
    """Return the link that a message offers after something was put into a list."""
    return Action.link("お気に入りを見る", reverse("patrons:favourites"))
