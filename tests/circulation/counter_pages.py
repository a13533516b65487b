"""The pages of the counter as tests use them."""

import re

from django.test import Client

COUNTER = "/admin/counter/"
LISTS_AT = f"{COUNTER}lists/"


def seen(page: str) -> str:
    """What the forms of the page say of the desk that it shows."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    return found[1] if found else ""


def read(desk: Client, code: str) -> str:
    return press(desk, "scan", code=code)


def press(desk: Client, route: str, **data: object) -> str:
    """Press a button of the page that the counter shows now."""
    form = {"seen": seen(desk.get(COUNTER).content.decode())}
    return desk.post(f"{COUNTER}{route}/", form | data, follow=True).content.decode()


def read_on_a_list(desk: Client, slug: str, code: str) -> str:
    data = {"code": code, "seen": seen(list_page(desk, slug))}
    return desk.post(f"{LISTS_AT}{slug}/scan/", data, follow=True).content.decode()


def last(desk: Client) -> dict[str, str]:
    return desk.session["desk"]["answers"][0]


def list_page(desk: Client, slug: str) -> str:
    return desk.get(f"{LISTS_AT}{slug}/").content.decode()
