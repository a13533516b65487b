"""Security headers: content security policy, permissions, isolation of our pages."""

from collections.abc import Callable

from csp.constants import NONCE, NONE, SELF
from django.http import HttpRequest, HttpResponse

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
NOT_WANTED = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "midi",
    "payment",
    "usb",
)
PERMISSIONS = ", ".join(f"{power}=()" for power in NOT_WANTED)


def ask_for_nothing(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: our pages use no device features, and no other site may embed our answers.

    Answers for programs of other sites set Access-Control-Allow-Origin themselves.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS
        open_to_all = "Access-Control-Allow-Origin" in response.headers
        response.headers["Cross-Origin-Resource-Policy"] = (
            "cross-origin" if open_to_all else "same-origin"
        )
        return response

    return middleware
