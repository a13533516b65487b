import functools
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from patrons.access import PortalRequest, View


def terminal_required(view: View) -> View:
    """Decorate a page of the terminals; another device gets a page that explains."""

    @functools.wraps(view)
    def on_terminals(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.terminal is None:
            return redirect("terminal:enrol")
        return view(request, *args, **kwargs)

    return on_terminals
