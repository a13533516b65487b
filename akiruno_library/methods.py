"""Pages with a form: shown by GET or HEAD, sent by POST."""

from django.views.decorators.http import require_http_methods

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
