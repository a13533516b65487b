"""JSON log lines with the request id and without personal data.

A database error quotes the row, other exceptions quote input, so only class and place are logged
(rule 10.5). A path can contain the key of a mail's link, so no path is logged. The filter is on the
handler, so it covers the loggers of all libraries.
"""

import contextvars
import logging
import re
import traceback
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


FIELDS = {"at", "level", "from", "message", "request", "ms", "exc_info", "stack_info"}

# What packages put into a line: addresses of every kind, and long words that open something.
ADDRESS = re.compile(r"""(?:[a-z][a-z0-9+.-]*:)?/[^\s"']*""", re.IGNORECASE)
LONG_WORD = re.compile(r"[\w+=-]{40,}")
# gunicorn writes what it could not read, and who sent it.
NOT_HTTP = re.compile(r"^(Invalid request) from .*", re.DOTALL)
LEFT_OUT = "…"
ROUTINE_OF_CELERY = ("celery.worker.strategy", "celery.app.trace", "celery.beat")


def configuration(level: str) -> dict[str, Any]:
    """Return the dictConfig: all loggers use one handler, which removes secrets."""
    through_the_root: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": PrivateJsonFormatter}},
        "filters": {"without_paths": {"()": WithoutPaths}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["without_paths"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"level": "INFO", **through_the_root},
            "django.server": through_the_root,
            "gunicorn.error": through_the_root,
            "gunicorn.access": through_the_root,
            # A line for each task of each minute hid what went wrong; the figures count them.
            **{name: {"level": "WARNING", **through_the_root} for name in ROUTINE_OF_CELERY},
            "pyBarcode": {"level": "WARNING"},  # says that it cannot draw pictures, only bars
            # What ended with 4xx stands in our own line of the request.
            "django.request": {"level": "ERROR"},
            # Its message quotes the Host that a stranger wrote.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
    }


class PrivateJsonFormatter(JsonFormatter):
    """One JSON line; of an exception only class and place."""

    def __init__(self) -> None:
        super().__init__(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "at", "levelname": "level", "name": "from"},
            json_ensure_ascii=False,
        )

    def process_log_record(self, log_data: dict[str, object]) -> dict[str, object]:
        if own_id := request_id.get():
            log_data["request"] = own_id
        kept = {field: value for field, value in log_data.items() if field in FIELDS}
        return super().process_log_record(kept)

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have left its own words there
        return super().format(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 the name logging calls
        return kinds_and_places(ei)  # type: ignore[arg-type]


def kinds_and_places(info: ExceptionInfo) -> str:
    """Return the chain of exceptions, the last raised first, without messages."""
    error: BaseException | None = info[1]
    lines = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        constraint = getattr(getattr(error, "diag", None), "constraint_name", None) or ""
        lines.append(f"{type(error).__qualname__} {constraint}".rstrip())
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)


class WithoutPaths(logging.Filter):
    """A filter for handlers: removes URLs and exception messages.

    Errors that a visitor causes (django.security) become warnings, so that they raise no alarm.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._words(record), ()
        record.__dict__.pop("request", None)
        if record.name.startswith("django.security") and record.levelno > logging.WARNING:
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True

    def _words(self, record: logging.LogRecord) -> str:
        if "request" in record.__dict__:
            match = getattr(record.__dict__["request"], "resolver_match", None)
            return match.view_name if match else "no page"
        try:
            words = record.getMessage()
        except (TypeError, ValueError, KeyError):
            return LEFT_OUT
        if record.exc_info and record.exc_info[1]:
            words = _unquoted(words, record.exc_info[1])
        words = NOT_HTTP.sub(r"\1", words)
        return LONG_WORD.sub(LEFT_OUT, ADDRESS.sub(LEFT_OUT, words))


def _unquoted(words: str, error: BaseException) -> str:
    """Celery quotes the exception of a task; only its class is needed."""
    for quoted in filter(None, (repr(error), str(error))):
        words = words.replace(quoted, type(error).__qualname__)
    return words
