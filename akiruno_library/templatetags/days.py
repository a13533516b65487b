"""`{{ sentence|unbroken }}`: a day stays on one line (see japanese_dates)."""

from django import template

from akiruno_library.japanese_dates import unbroken

register = template.Library()
register.filter("unbroken", unbroken)
