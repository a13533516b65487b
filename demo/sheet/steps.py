"""What is done on a page until it shows what is meant."""

from collections.abc import Callable

from playwright.sync_api import Page as Tab

from demo.cards import PASSWORD, STAFF_NAME

Steps = Callable[[Tab], None]


def press(selector: str) -> Steps:
    """Follow the first link or button that fits."""

    def pressed(tab: Tab) -> None:
        tab.locator(selector).first.click()
        tab.wait_for_load_state()

    return pressed


def in_turn(*steps: Steps) -> Steps:
    def all_of_them(tab: Tab) -> None:
        for step in steps:
            step(tab)

    return all_of_them


def go(path: str) -> Steps:
    return lambda tab: (tab.goto(path), None)[1]


def fill(**fields: str) -> Steps:
    """Fill fields by their name."""

    def filled(tab: Tab) -> None:
        for name, value in fields.items():
            tab.locator(f"main [name={name}], #content [name={name}]").first.fill(value)

    return filled


def send(selector: str = "main form:not([role=search])") -> Steps:
    """Send a form, past what the browser itself would stop."""

    def sent(tab: Tab) -> None:
        form = tab.locator(selector).first
        form.evaluate("form => { form.noValidate = true; }")
        form.locator("button:not([type=button])").last.click()
        tab.wait_for_load_state()

    return sent


def log_in(card: str) -> Steps:
    return in_turn(
        go("/mypage/login/"),
        fill(card_number=card, password=PASSWORD),
        send("main form[method=post]"),
    )


def log_in_as_staff(tab: Tab) -> None:
    tab.goto("/admin/login/?next=/admin/counter/")
    tab.locator("[name=username]").fill(STAFF_NAME)
    tab.locator("[name=password]").fill(PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_load_state()
    tab.locator("select").first.select_option("chuo")
    press("button:has-text('決める')")(tab)


def scan(code: str) -> Steps:
    """Read a code at the counter and wait for the answer."""

    def scanned(tab: Tab) -> None:
        tab.locator("#code").fill(code)
        tab.keyboard.press("Enter")
        tab.wait_for_timeout(700)

    return scanned


def become_terminal(tab: Tab) -> None:
    tab.goto("/terminal/")
    press("button:has-text('見本の検索機にする')")(tab)
