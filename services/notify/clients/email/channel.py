"""Mail over SMTP (RFC 5321), one connection per thread, kept open between mails."""

import smtplib
import ssl
import threading
import time

from services.notify.clients.email.compose import Composer
from services.notify.domain.delivery import Outcome
from services.notify.ports import Attempt, ComposedMail, Mail

_SECONDS = 8.0
# A connection that has rested so long is asked whether it still lives.
_RESTED_SECONDS = 1.0
_GOES_ON = (250, 251)


class EmailChannel:
    """ports.MailChannel. relay: "host:port" of the server that takes our mail on."""

    def __init__(
        self, relay: str, composer: Composer, username: str = "", password: str = "", starttls: bool = False
    ) -> None:
        host, _, port = relay.rpartition(":")
        self._host, self._port = host, int(port)
        self._composer = composer
        self._username, self._password, self._starttls = username, password, starttls
        self._local = threading.local()

    def compose(self, mail: Mail) -> ComposedMail:
        return self._composer.compose(mail)

    def send(self, mail: ComposedMail) -> Attempt:
        for kept in (True, False):
            try:
                connection = self._kept() if kept else self._new()
            except smtplib.SMTPAuthenticationError:
                return Attempt(Outcome.TRY_AGAIN, "smtp_login_refused")
            except (OSError, smtplib.SMTPException):
                return Attempt(Outcome.TRY_AGAIN, "smtp_unreachable")
            if connection is None:
                continue
            try:
                attempt = _hand_over(connection, mail)
                self._local.used = time.monotonic()
                return attempt
            except (OSError, smtplib.SMTPException):
                self._drop()
                if not kept:
                    break
                # The server closed a connection that rested, an ordinary thing, before it had the mail.
            except ValueError:
                # An address that SMTP cannot say, as one with a line break or, without SMTPUTF8, an accent.
                self._drop()
                return Attempt(Outcome.REFUSED, "smtp_address_unsendable")
            except _LostAfterData:
                self._drop()
                return Attempt(Outcome.UNKNOWN, "smtp_lost_after_data")
        return Attempt(Outcome.TRY_AGAIN, "smtp_interrupted")

    def _kept(self) -> smtplib.SMTP | None:
        """This thread's connection from before, if it seems to live."""
        kept = getattr(self._local, "connection", None)
        if kept is not None:
            try:
                if time.monotonic() - self._local.used < _RESTED_SECONDS or kept.noop()[0] == 250:
                    return kept
            except (OSError, smtplib.SMTPException):
                pass  # the server closed an idle connection: an ordinary thing, so a new one is made
            self._drop()
        return None

    def _new(self) -> smtplib.SMTP:
        connection = smtplib.SMTP(self._host, self._port, timeout=_SECONDS)
        if self._starttls:
            connection.starttls(context=ssl.create_default_context())
        if self._username:
            connection.login(self._username, self._password)
        connection.ehlo_or_helo_if_needed()
        self._local.connection, self._local.used = connection, time.monotonic()
        return connection

    def _drop(self) -> None:
        kept = getattr(self._local, "connection", None)
        self._local.connection = None
        if kept is not None:
            kept.close()


class _LostAfterData(Exception):
    """The connection broke after the whole message was handed over and before the server answered."""


def _hand_over(connection: smtplib.SMTP, mail: ComposedMail) -> Attempt:
    code, answer = _announce(connection, mail)
    if code == 354:
        connection.send(_dotted(mail.raw))
        try:
            code, answer = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise _LostAfterData from error
        if code == 250:
            return Attempt(Outcome.SENT)
    connection.rset()
    text = f"smtp_{code} {answer.decode('ascii', 'replace')}"[:200]
    return Attempt(Outcome.REFUSED if 500 <= code < 600 else Outcome.TRY_AGAIN, text)


def _announce(connection: smtplib.SMTP, mail: ComposedMail) -> tuple[int, bytes]:
    """From whom, to whom, and that the message follows: 354, or the first refusal. All in one go where the server takes it so,
    which spares both sides half of their turns (RFC 2920).
    """
    size = f" SIZE={len(mail.raw)}" if connection.has_extn("size") else ""
    sender, recipient = smtplib.quoteaddr(mail.sender), smtplib.quoteaddr(mail.recipient)
    commands = [f"MAIL FROM:{sender}{size}", f"RCPT TO:{recipient}", "DATA"]
    if any("\r" in command or "\n" in command for command in commands):
        raise ValueError("an address with a line break")
    if not connection.has_extn("pipelining"):
        for command in commands:
            code, answer = connection.docmd(command)
            if code not in _GOES_ON:
                break
        return code, answer
    connection.send("".join(f"{command}\r\n" for command in commands))
    answers = [connection.getreply() for _ in commands]
    refused = next((one for one in answers[:2] if one[0] not in _GOES_ON), None)
    if refused and answers[2][0] == 354:
        # It waits for a message all the same: an empty one, for nobody.
        connection.send(b".\r\n")
        connection.getreply()
    return refused or answers[2]


def _dotted(raw: bytes) -> bytes:
    """Lines that begin with a dot get another, and a lone dot ends it (RFC 5321 section 4.5.2)."""
    body = raw.replace(b"\r\n.", b"\r\n..")
    body = b"." + body if body.startswith(b".") else body
    return body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")
