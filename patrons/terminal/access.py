import functools
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from patrons.access import PortalRequest, View


def terminal_required(view: View) -> View:
    """Pages of the terminals; any other device is told what it would need."""

    @functools.wraps(view)
    def on_terminals(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.terminal is None:
            return redirect("terminal:enrol")
        return view(request, *args, **kwargs)

    return on_terminals
