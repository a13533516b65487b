"""A message says one sentence and carries at most one action."""

from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import RequestFactory

from akiruno_library.messages import Action, Kind, action_of, tell


class Kept(list):
    """What a storage of messages is asked for."""

    def add(self, level: int, message: str, extra_tags: str) -> None:
        self.append(Message(level, message, extra_tags))


def said(kind: Kind, sentence: str, action: Action | None = None) -> tuple[Message, str]:
    """The message kept, and the page that shows it."""
    request = RequestFactory().get("/")
    request._messages = kept = Kept()  # type: ignore[attr-defined]
    tell(request, kind, sentence, action=action)
    page = render_to_string("components/messages.html", {"messages": kept}, request=None)
    return kept[0], page


def test_a_link_leads_on():
    message, page = said(Kind.SUCCESS, "入れました。", Action.link("見る", "/basket/"))
    assert action_of(message.extra_tags) == Action("見る", "/basket/", "get")
    assert '<a href="/basket/">見る</a>' in page


def test_a_button_sends_a_form():
    _, page = said(Kind.SUCCESS, "取り消しました。", Action.button("もとに戻す", "/undo/?a=1&b=2"))
    assert '<form class="inline" method="post" action="/undo/?a=1&amp;b=2">' in page
    assert "もとに戻す</button>" in page


def test_a_message_without_an_action_has_none():
    message, page = said(Kind.WARNING, "選んでください。")
    assert action_of(message.extra_tags) is None
    assert "<a " not in page
    assert "<form" not in page


def test_a_quiet_message_is_only_read_out():
    _, page = said(Kind.QUIET, "一つ前へ動かしました。")
    assert '<p class="sr">一つ前へ動かしました。</p>' in page
