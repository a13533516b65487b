"""The demo's mail server: takes every mail, sends none, keeps each as a file.

The files sort by the moment of arrival, so the newest mail is the last name in the folder. Half a
mail is never seen: a mail gets its name when all of it is written.
"""

import argparse
import asyncio
import signal
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.ports import LOOPBACK


class Mailbox:
    """Keeps what comes in; the names of its methods are aiosmtpd's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        keep(self._folder, envelope.original_content or b"", next(self._numbers))
        return "250 OK"


def keep(folder: Path, mail: bytes, number: int, *, arrived: datetime | None = None) -> Path:
    """Write one mail under a name that sorts by the moment of its arrival."""
    moment = (arrived or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f")
    path = folder / f"{moment}-{number:06d}.eml"
    half_written = path.with_suffix(".part")
    half_written.write_bytes(mail)
    return half_written.rename(path)


async def serve(port: int, folder: Path) -> None:
    """Take mail until a SIGTERM."""
    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    mailbox = Mailbox(folder)
    server = await loop.create_server(lambda: SMTP(mailbox, enable_SMTPUTF8=True), LOOPBACK, port)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.folder))
