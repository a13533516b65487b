from django import template

from notifications.alarms import Alarm, alarms

register = template.Library()


@register.simple_tag
def mail_alarms() -> list[Alarm]:
    """What staff must know at once, on the first page of the admin."""
    return alarms()
