from django import template

from catalog.kids.readings import read_out

register = template.Library()
register.filter("read_out", read_out)
