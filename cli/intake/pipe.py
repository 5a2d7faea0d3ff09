"""`fairlead intake pipe`: a mail from a mail server's pipe transport, handed to the running installation.

The exit codes are those of sysexits.h, which mail servers understand: 0 only when the mail is durable here, 75 for
whatever may pass, so that the mail server keeps it and tries again.
"""

import os
import re
import smtplib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cli.errors import BadUse, Failed
from cli.installation import DataDir, default_data_dir

STORED, USAGE, DATA_ERROR, NO_USER, IO_ERROR, TRY_AGAIN = 0, 64, 65, 67, 74, 75
_SECONDS = 60.0
# What Postfix and others write for the null sender.
_NULL_SENDERS = frozenset({"", "<>", "mailer-daemon"})
_RETURN_PATH = re.compile(rb"^return-path[ \t]*:[ \t]*<?([^>\r\n]*)", re.I | re.M)
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")


class _Piped(click.Command):
    """Says what is wrong with its arguments as mail servers expect it."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            sys.exit(_said(USAGE, error.format_message()))


@click.command(cls=_Piped)
@click.option("--recipient", "recipients", multiple=True, metavar="ADDRESS", help="Default: $RECIPIENT.")
@click.option("--sender", metavar="ADDRESS", help="Default: $SENDER, else the mail's Return-Path.")
@click.option("--lmtp", metavar="HOST:PORT", help="Where intake listens; default: as the installation says.")
@click.option(
    "--data-dir", "folder", type=click.Path(file_okay=False, path_type=Path), help="The installation."
)
def pipe(recipients: tuple[str, ...], sender: str | None, lmtp: str | None, folder: Path | None) -> int:
    """Hand over the mail on the standard input, as a pipe transport of Postfix, Exim or procmail gives it.

    Ends with 0 when it is stored, 75 when it is to be tried again, 67 when there is no such mailbox, 65 when the
    message itself is refused, 74 when it cannot be read, 64 when it is asked wrongly.
    """
    asked = [one.strip() for one in recipients or (os.environ.get("RECIPIENT", ""),) if one.strip()]
    if not asked:
        return _said(USAGE, "for whom? --recipient, or RECIPIENT in the environment")
    if any(not one.isprintable() or " " in one for one in (*asked, sender or "")):
        return _said(USAGE, "an address has neither spaces nor control characters")
    try:
        raw = sys.stdin.buffer.read()
    except OSError as error:
        return _said(IO_ERROR, f"the standard input cannot be read: {error.strerror}")
    try:
        host, port = _address(lmtp, folder)
    except BadUse as error:
        return _said(USAGE if lmtp else TRY_AGAIN, str(error))
    return _hand_over(host, port, _sender(sender, raw), asked, _as_sent(raw))


def _address(lmtp: str | None, folder: Path | None) -> tuple[str, int]:
    """Raises BadUse."""
    if lmtp:
        host, _, port = lmtp.rpartition(":")
        if not (host and port.isdecimal() and 0 < int(port) < 65_536):
            raise BadUse(f"--lmtp is HOST:PORT, not {lmtp!r}")
        return host.strip("[]"), int(port)
    try:
        place = DataDir(folder or default_data_dir()).running().get("lmtp")
    except (Failed, OSError, ValueError) as error:
        raise BadUse(f"the installation cannot be asked: {error}") from None
    if not place:
        raise BadUse("the installation does not run")
    return str(place["host"]), int(place["port"])


def _sender(given: str | None, raw: bytes) -> str:
    """Who the mail server says it is from, "" for the null sender."""
    if given is None:
        given = os.environ.get("SENDER")
    if given is None:
        path = _RETURN_PATH.search(raw, 0, 65_536)
        given = path[1].decode("utf-8", "replace").strip() if path else "unknown@invalid"
    return "" if given.strip().lower() in _NULL_SENDERS else given.strip().strip("<>")


def _as_sent(raw: bytes) -> bytes:
    """Without the line that mailbox files begin with, its lines ended as mail's are."""
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    return _BARE.sub(b"\r\n", raw)


def _hand_over(host: str, port: int, sender: str, recipients: Sequence[str], raw: bytes) -> int:
    try:
        with smtplib.LMTP(host, port, timeout=_SECONDS) as house:
            return _say(house, sender, recipients, raw)
    except (OSError, smtplib.SMTPException) as error:
        return _said(TRY_AGAIN, f"{host}:{port} does not take it just now: {type(error).__name__}")


def _say(house: smtplib.LMTP, sender: str, recipients: Sequence[str], raw: bytes) -> int:
    """One conversation; the worst of what was answered, where something that may pass is worse than a refusal."""
    house.ehlo_or_helo_if_needed()
    utf8 = not (sender + "".join(recipients)).isascii() and house.has_extn("smtputf8")
    if utf8:
        house.command_encoding = "utf-8"
    codes = [_outcome(*house.mail(sender, ["SMTPUTF8"] if utf8 else []), refused=DATA_ERROR)]
    if codes == [STORED]:
        named = [_outcome(*house.rcpt(one), refused=NO_USER) for one in recipients]
        taken = named.count(STORED)
        codes += named
        if taken:
            codes += _message(house, raw, taken)
    return TRY_AGAIN if TRY_AGAIN in codes else max(codes)


def _message(house: smtplib.LMTP, raw: bytes, answers: int) -> list[int]:
    code, said = house.docmd("DATA")
    if code != 354:
        return [_outcome(code, said, refused=DATA_ERROR)]
    body = re.sub(rb"(?m)^\.", b"..", raw)
    house.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
    return [_outcome(*house.getreply(), refused=DATA_ERROR) for _ in range(answers)]


def _outcome(code: int, said: bytes, refused: int) -> int:
    if 200 <= code < 300:
        return STORED
    return _said(refused if code >= 500 else TRY_AGAIN, f"{code} {said.decode('ascii', 'replace')}")


def _said(code: int, words: str) -> int:
    click.echo("fairlead: " + " ".join(words.split()), err=True)
    return code
