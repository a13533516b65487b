from django import template

from notifications.alarms import Alarm, alarms

register = template.Library()


@register.simple_tag
def mail_alarms() -> list[Alarm]:
    """The alarms on the first page of the admin."""
    return alarms()
