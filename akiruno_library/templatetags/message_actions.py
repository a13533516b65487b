"""`{{ message|action }}`: the action that a message carries (see messages)."""

from django import template
from django.contrib.messages.storage.base import Message

from akiruno_library.messages import Action, action_of

register = template.Library()


@register.filter
def action(message: Message) -> Action | None:
    return action_of(message.extra_tags)
