"""Log lines for machines to read: JSON, with the request they belong to, and no personal data.

A database's error quotes the row that broke a rule, an exception quotes what was typed: of both
only the kind and the place are written (rule 10.5).
"""

import contextvars
import logging
import traceback
from types import TracebackType

from pythonjsonlogger.json import JsonFormatter

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class PrivateJsonFormatter(JsonFormatter):
    """One line of JSON; of an exception its kind and where it was raised, never its words."""

    def __init__(self) -> None:
        super().__init__(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "at", "levelname": "level", "name": "from"},
            json_ensure_ascii=False,
        )

    def process_log_record(self, log_data: dict[str, object]) -> dict[str, object]:
        if asked := request_id.get():
            log_data["request"] = asked
        return super().process_log_record(log_data)

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have left its own words there
        return super().format(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 the name logging calls
        return kinds_and_places(ei)  # type: ignore[arg-type]


def kinds_and_places(info: ExceptionInfo) -> str:
    """The chain of exceptions, what was raised last first, without what they quote."""
    error: BaseException | None = info[1]
    told = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        told += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        constraint = getattr(getattr(error, "diag", None), "constraint_name", None) or ""
        told.append(f"{type(error).__qualname__} {constraint}".rstrip())
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(told)


class WithoutPaths(logging.Filter):
    """Django names the path of a request that failed; some paths hold the key of a mail's link."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        record.msg, record.args = "%s", (match.view_name if match else "no page",)
        record.__dict__.pop("request", None)
        return True
