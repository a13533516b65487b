from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from akiruno_library import policy

register = template.Library()


@register.simple_tag
def terminal_times() -> SafeString:
    """Return the seconds of rule 8.2 for the script that counts them down."""
    return format_html(
        ' data-idle="{}" data-warning="{}" data-report="{}"',
        int(policy.TERMINAL_SESSION_EXPIRY.total_seconds()),
        int(policy.TERMINAL_WARNING.total_seconds()),
        int(policy.TERMINAL_REPORT.total_seconds()),
    )
