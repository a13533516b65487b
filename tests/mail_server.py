"""A real SMTP server that keeps what it takes, and answers as a test tells it to."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.ports import free_port


class MailServer:
    """`replies` says what an address is answered (`{"a@example.jp": "550 no such user"}`).

    "MAIL" and "DATA" in place of an address are the answers to everybody's sender and text. The
    answers "hang up", "drop" (in the middle of the text) and "say nothing" are none.
    """

    def __init__(self, port: int | None = None) -> None:
        self.mails: list[EmailMessage] = []
        self.replies: dict[str, str] = {}
        self.conversations = 0
        self.slowness = 0.0  # seconds between taking a mail and saying so
        self.port = port or free_port()

    async def handle_EHLO(  # noqa: N802 aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.conversations += 1
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.replies.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.replies.get(address, "250 OK")
        if reply == "hang up":
            server.transport.abort()
        if reply == "say nothing":
            await asyncio.sleep(2)
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        reply = self.replies.get("DATA", "250 taken")
        if reply == "drop":
            server.transport.abort()
        if reply.startswith("2"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            await asyncio.sleep(self.slowness)
        return reply

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()
