"""`fairlead intake parse`: one mail, or a corpus of them, as JSON."""

import base64
import binascii
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.errors import BadUse
from cli.lines import answer_all

if TYPE_CHECKING:
    from services.intake.domain.authenticity import Origin
    from services.intake.domain.mail import NormalizedMail

# The verdicts on who sent a mail.
Authenticate = Callable[[bytes, "NormalizedMail"], dict[str, str]]


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--jsonl", is_flag=True, help='A mail on each line of the input: {"id", "raw_b64"}.')
@click.option("--resolver", metavar="HOST:PORT", help="DNS for the authentication; without it all is none.")
@click.option("--client-ip", metavar="ADDRESS", help="For SPF: who handed it over, …")
@click.option("--helo", metavar="NAME", default="", help="… the name they greeted with, …")
@click.option("--mail-from", metavar="ADDRESS", default="", help="… and the sender they named.")
def parse(
    file: Path | None,
    jsonl: bool,
    resolver: str | None,
    client_ip: str | None,
    helo: str,
    mail_from: str,
) -> int:
    """Read a mail (FILE, or - for the standard input) and print what it says as one JSON object.

    With --jsonl, one such object a line with the same id as the line had. What is wrong with a line stands in
    its answer's "error"; the others are answered all the same, and the exit code is then 1.
    """
    authenticate = _authentication(resolver, _origin(client_ip, helo, mail_from))
    if jsonl:
        if file not in (None, Path("-")):
            raise BadUse("--jsonl reads the standard input")
        return 1 if answer_all(lambda line: _answer(line, authenticate)) else 0
    if file is None:
        raise BadUse("which file? - for the standard input")
    click.echo(json.dumps(_read(_bytes_of(file), authenticate)))
    return 0


def _bytes_of(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadUse(f"{file}: {error.strerror}") from None


def _answer(line: str, authenticate: Authenticate) -> str:
    asked: Any = None
    try:
        asked = json.loads(line)
        raw = base64.b64decode(asked["raw_b64"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        own_id = asked.get("id") if isinstance(asked, dict) else None
        return json.dumps({"id": own_id, "error": 'a line is a JSON object with "id" and "raw_b64" (base64)'})
    try:
        return json.dumps({"id": asked.get("id"), **_read(raw, authenticate)})
    except Exception as error:
        # Whatever it is: the other lines are answered.
        return json.dumps({"id": asked.get("id"), "error": f"it cannot be read: {type(error).__name__}"})


def _read(raw: bytes, authenticate: Authenticate) -> dict[str, Any]:
    from services.intake.domain.mail import leaf_parts, normalize
    from services.intake.domain.mail.document import document_of

    mail = normalize(raw)
    return document_of(mail, leaf_parts(raw), authenticate(raw, mail))


def _origin(client_ip: str | None, helo: str, mail_from: str) -> "Origin | None":
    if client_ip is None:
        return None
    from services.intake.domain.authenticity import Origin

    return Origin(client_ip, helo, mail_from.strip("<>"))


def _authentication(resolver: str | None, origin: "Origin | None") -> Authenticate:
    """With a resolver its records decide; without one nothing is looked up, and every verdict is "none".

    origin: where it came from, which SPF is about; a mail alone does not say it.
    """
    nothing = {"spf": "none", "dkim": "none", "dmarc": "none"}
    if resolver is None:
        return lambda raw, mail: nothing
    host, _, port = resolver.rpartition(":")
    if not (host and port.isdecimal() and 0 < int(port) < 65_536):
        raise BadUse(f"a resolver is HOST:PORT, not {resolver!r}")
    from services.intake.clients.dmarc import DnsResolver, authenticate

    records = DnsResolver([resolver])
    return lambda raw, mail: authenticate(raw, mail, records, origin).to_dict()
