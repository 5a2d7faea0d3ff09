"""`fairlead dead-letters`: events that a consumer gave up on, listed, shown and redelivered by an operator."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cli.errors import BadUse, Failed
from cli.installation import GRPC_SERVICES, DataDir, Running, default_data_dir

data_dir_option = click.option("--data-dir", "folder", type=click.Path(file_okay=False, path_type=Path))
service_option = click.option("--service", type=click.Choice(GRPC_SERVICES), help="Only this service's.")


class Office:
    """The dead letter offices of a running installation, asked as the operator."""

    def __init__(self, running: Running) -> None:
        self._running = running

    def ask(self, service: str, method: str, request: Any) -> Any:
        """Calls one service's DeadLetterService; None when it has no such office, since it hears no events.

        Raises a chassis error, or Failed when the service does not answer.
        """
        import grpc

        from chassis import clock, rpc
        from chassis.errors import FairleadError, Unavailable
        from chassis.tenancy import Caller, Role
        from chassis.tokens import CallerSigner
        from fairlead.chassis.v1 import dead_letter_service_pb2_grpc as services

        operator = Caller("operator:cli", "", None, frozenset({Role.OPERATOR}), name="operator")
        caller = CallerSigner.load(self._running.key_dir, "operator").mint(operator, clock.now())
        with grpc.insecure_channel(self._running.address(service)) as channel:
            stub = services.DeadLetterServiceStub(channel)
            try:
                return rpc.call(getattr(stub, method), request, caller, timeout=30)
            except Unavailable:
                raise Failed(f"{service} does not answer") from None
            except FairleadError as error:
                if error.reason == "unimplemented":
                    return None
                raise

    def find(self, letter_id: str, services: tuple[str, ...]) -> tuple[str, Any]:
        """The service that holds the letter, and the letter. Raises BadUse when none does."""
        from chassis.errors import NotFound
        from fairlead.chassis.v1 import dead_letter_service_pb2 as messages

        for service in services:
            try:
                request = messages.GetDeadLetterRequest(dead_letter_id=letter_id)
                reply = self.ask(service, "GetDeadLetter", request)
            except NotFound:
                continue
            if reply is not None:
                return service, reply
        raise BadUse(f"there is no dead letter {letter_id}")

    def list(self, services: tuple[str, ...], redelivered: bool) -> Iterator[tuple[str, Any]]:
        """(service, letter), newest first within each service."""
        from fairlead.chassis.v1 import dead_letter_service_pb2 as messages

        for service in services:
            request = messages.ListDeadLettersRequest(page_size=200, include_redelivered=redelivered)
            while True:
                page = self.ask(service, "ListDeadLetters", request)
                if page is None:
                    break
                yield from ((service, letter) for letter in page.dead_letters)
                if not page.next_page_token:
                    break
                request.page_token = page.next_page_token


def _office(folder: Path | None) -> Office:
    return Office(Running.find(DataDir(folder or default_data_dir())))


def _services(service: str | None) -> tuple[str, ...]:
    return (service,) if service else GRPC_SERVICES


def _fields(service: str, letter: Any) -> dict[str, Any]:
    return {
        "id": letter.dead_letter_id,
        "service": service,
        "consumer": letter.consumer,
        "event_id": letter.event_id,
        "type": letter.type,
        "tenant_id": letter.tenant_id,
        "state": type(letter).State.Name(letter.state).lower(),
        "reason": letter.reason,
        "message": letter.message,
        "attempts": letter.attempts,
        "create_time": letter.create_time.ToJsonString(),
    }


@click.group("dead-letters")
def dead_letters() -> None:
    """Events that a consumer gave up on."""


@dead_letters.command("list")
@data_dir_option
@service_option
@click.option("--all", "redelivered", is_flag=True, help="Also those that were redelivered.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_letters(folder: Path | None, service: str | None, redelivered: bool, as_json: bool) -> None:
    """List what waits for a decision."""
    count = 0
    for name, letter in _office(folder).list(_services(service), redelivered):
        entry = _fields(name, letter)
        count += 1
        if as_json:
            click.echo(json.dumps(entry))
        else:
            click.echo(
                f"{entry['id']}  {entry['create_time']}  {entry['reason']}  ({entry['attempts']} attempts)"
            )
    if not count and not as_json:
        click.echo("no dead letters")


@dead_letters.command()
@data_dir_option
@service_option
@click.argument("letter_id")
def show(folder: Path | None, service: str | None, letter_id: str) -> None:
    """Show one, with its headers and payload."""
    name, reply = _office(folder).find(letter_id, _services(service))
    payload = base64.b64encode(reply.payload).decode()
    entry = {**_fields(name, reply.dead_letter), "headers": dict(reply.headers), "payload_base64": payload}
    click.echo(json.dumps(entry, indent=2))


@dead_letters.command()
@data_dir_option
@service_option
@click.argument("letter_id")
def redeliver(folder: Path | None, service: str | None, letter_id: str) -> None:
    """Hand one to its consumer once more; exit code 1 when it fails again."""
    from chassis.errors import FairleadError
    from fairlead.chassis.v1 import dead_letter_service_pb2 as messages

    office = _office(folder)
    name, _ = office.find(letter_id, _services(service))
    try:
        reply = office.ask(
            name, "RedeliverDeadLetter", messages.RedeliverDeadLetterRequest(dead_letter_id=letter_id)
        )
    except FairleadError as error:
        raise Failed(f"{error.reason}: {error.message}") from None
    entry = _fields(name, reply.dead_letter)
    if entry["state"] != "redelivered":
        raise Failed(f"it failed again: {entry['reason']}: {entry['message']}")
    click.echo("redelivered")
