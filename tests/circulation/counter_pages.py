"""The pages of the counter as tests use them."""

from django.test import Client

COUNTER = "/admin/counter/"
LISTS_AT = f"{COUNTER}lists/"


def read(desk: Client, code: str) -> str:
    return desk.post(f"{COUNTER}scan/", {"code": code}, follow=True).content.decode()


def press(desk: Client, route: str, **data: object) -> str:
    return desk.post(f"{COUNTER}{route}/", data, follow=True).content.decode()


def last(desk: Client) -> dict[str, str]:
    return desk.session["desk"]["answers"][0]


def list_page(desk: Client, slug: str) -> str:
    return desk.get(f"{LISTS_AT}{slug}/").content.decode()
