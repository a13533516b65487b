"""The page behind a link that asks a mail address to confirm (rules 3.2, 3.5, 8.3; safety 9)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from patrons.access import PortalRequest
from patrons.models import OneTimeLink
from patrons.refusals import LinkNotUsable


@dataclass(frozen=True)
class ConfirmationPage:
    """What differs between the links: their verbs, their template, and where a patron starts anew.

    `find` and `confirm` raise LinkNotUsable. `find_fulfilled` returns the link of a token whose
    address is confirmed already, or None. The template knows `address`, `done` and `already`.
    """

    find: Callable[[str], OneTimeLink]
    confirm: Callable[[str], object]
    find_fulfilled: Callable[[str], OneTimeLink | None]
    template: str
    start_page: str
    subject: str

    def answer(self, request: PortalRequest, token: str) -> HttpResponse:
        """Show the question, or confirm by a press: whoever reads the mail need not be logged in.

        A GET changes nothing, because mail programs and virus scanners open links by themselves.
        """
        try:
            link = self.find(token)
            if request.method == "POST":
                self.confirm(token)
        except LinkNotUsable as refusal:
            if fulfilled := self.find_fulfilled(token):
                return self._page(request, fulfilled, done=True, already=True)
            return dead_link(request, refusal, self.start_page, self.subject)
        return self._page(request, link, done=request.method == "POST", already=False)

    def _page(self, request: PortalRequest, link: OneTimeLink, **facts: bool) -> HttpResponse:
        return render(request, self.template, {"address": link.address, **facts})


def dead_link(
    request: PortalRequest, refusal: LinkNotUsable, start_page: str, subject: str
) -> HttpResponse:
    """Say that a link opens nothing any more, and on which page to start anew."""
    facts = {"sentence": str(refusal), "start_page": start_page, "of": subject}
    return render(request, "patrons/dead_link.html", facts, status=410)
