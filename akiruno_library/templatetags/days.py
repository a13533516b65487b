"""`{{ sentence|unbroken }}`: a day stays on one line (see japanese_dates)."""

from django import template

from japanese.date_format import unbroken

register = template.Library()
register.filter("unbroken", unbroken)
