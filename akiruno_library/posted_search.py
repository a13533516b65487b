"""Lists of staff that are searched by card number: the words never stand in a URL (rule 10.3).

Browsers keep URLs in their history and send them to proxies. The form is posted, the session keeps
the words until the next search, and the URL says only that there are some.
"""

from typing import Any

from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from akiruno_library.admin_lists import LibraryAdmin

KEPT = "*"  # in the URL, for the words in the session
LONGEST = 200


class ListOfKeptWords(ChangeList):
    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        # Django reads the words from the URL before it calls this; links are made of the URL only.
        self.query = request.session.get(_key(self.opts.label), "") if self.query else ""
        queryset: QuerySet = super().get_queryset(request, exclude_parameters)
        return queryset


class PostedSearch(LibraryAdmin):
    posts_its_search = True

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ListOfKeptWords

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and SEARCH_VAR in request.POST:
            return self._keep_words(request)
        response: HttpResponse = super().changelist_view(request, *args, **kwargs)
        return response

    def _keep_words(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        parameters = request.POST.copy()
        parameters.pop("csrfmiddlewaretoken", None)
        words = parameters.pop(SEARCH_VAR)[-1].replace("\0", "")[:LONGEST]
        request.session[_key(self.opts.label)] = words
        if words.strip():
            parameters[SEARCH_VAR] = KEPT
        changelist = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return redirect(reverse(changelist, query=parameters))


def _key(table: str) -> str:
    return f"searched {table}"
