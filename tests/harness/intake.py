"""A running intake with fake peers, for its contract and component tests."""

import secrets
import smtplib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from chassis.rpc import call, channel, close_channels
from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner, make_keys
from fairlead.intake.v1 import submission_pb2, submission_service_pb2, submission_service_pb2_grpc
from services.intake.config import IntakeSettings
from services.intake.main import Intake, start
from tests.harness.fakes.directory import FakeDirectory
from tests.harness.fakes.incidents import FakeIncidents
from tests.harness.waiting import wait_until

NORTH, SOUTH = "prv_north", "prv_south"
ACME, LUMEN, OTHER = "ten_acme", "ten_lumen", "ten_other"


@dataclass
class Bench:
    """What a test works with."""

    settings: IntakeSettings
    running: Intake
    directory: FakeDirectory
    incidents: FakeIncidents
    gateway: CallerSigner
    operator: CallerSigner

    def caller(
        self,
        *roles: Role,
        person: str = "per_jane",
        provider: str = NORTH,
        tenants: tuple[str, ...] | None = (ACME,),
    ) -> Caller:
        granted = None if tenants is None else frozenset(tenants)
        subject = f"person:{person}" if person else "client:cli_monitor"
        return self.gateway.mint(Caller(subject, provider, granted, frozenset(roles)), datetime.now(UTC))

    def admin(self, provider: str = NORTH) -> Caller:
        return self.caller(Role.PROVIDER_ADMIN, person="per_admin", provider=provider, tenants=None)

    def an_operator(self) -> Caller:
        return self.operator.mint(
            Caller("operator:cli", "", None, frozenset({Role.OPERATOR})), datetime.now(UTC)
        )

    @property
    def stub(self) -> Any:
        return submission_service_pb2_grpc.SubmissionServiceStub(channel(self.settings, "intake"))

    def submit(self, caller: Caller, **fields: Any) -> submission_pb2.Submission:
        fields = {"tenant_id": ACME, "subject": "Printer", "text": "It is on fire."} | fields
        return call(self.stub.Submit, submission_service_pb2.SubmitRequest(**fields), caller)

    def get(self, caller: Caller, submission_id: str) -> submission_pb2.Submission:
        request = submission_service_pb2.GetSubmissionRequest(submission_id=submission_id)
        return call(self.stub.GetSubmission, request, caller)

    def listed(self, caller: Caller, **fields: Any) -> list[submission_pb2.Submission]:
        request = submission_service_pb2.ListSubmissionsRequest(**fields)
        return list(call(self.stub.ListSubmissions, request, caller).submissions)

    def quarantined(self, caller: Caller | None = None) -> list[submission_pb2.Submission]:
        state = submission_pb2.SUBMISSION_STATE_QUARANTINED
        return self.listed(caller or self.admin(), state=state)

    def smtp(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.running.smtp_port, timeout=20)

    def lmtp(self) -> smtplib.LMTP:
        return smtplib.LMTP("127.0.0.1", self.running.lmtp_port, timeout=20)

    def send(self, raw: bytes | EmailMessage, sender: str = "jane@acme.example", to: str = "") -> None:
        content = raw if isinstance(raw, bytes) else raw.as_bytes()
        with self.smtp() as connection:
            connection.sendmail(sender, [to or "support@acme.northstar.example"], content)

    def taken(self, count: int = 1, timeout: float = 20) -> list[Any]:
        """What the record was given, once there are so many."""
        wait_until(lambda: len(self.incidents.submissions) >= count, timeout, what=f"{count} submissions")
        return list(self.incidents.submissions.values())


def mail(
    subject: str = "Printer", text: str = "It is on fire.", sender: str = "jane@acme.example", **headers: str
) -> EmailMessage:
    """A letter as a mail client would send it."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "support@acme.northstar.example"
    message["Subject"] = subject
    message["Message-ID"] = f"<{secrets.token_hex(12)}@acme.example>"
    message["Date"] = "Mon, 03 Mar 2025 10:00:00 +0100"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def peopled() -> FakeDirectory:
    """Two providers; Northstar has Acme and Lumen."""
    directory = FakeDirectory()
    directory.add_provider(NORTH, "northstar", support_addresses=["help@northstar.example"])
    directory.add_provider(SOUTH, "southstar", support_addresses=["help@southstar.example"])
    directory.add_tenant(ACME, NORTH, "acme")
    directory.add_tenant(LUMEN, NORTH, "lumen")
    directory.add_tenant(OTHER, SOUTH, "other", support_address="support@other.southstar.example")
    directory.add_mail_domain("acme.example", ACME)
    directory.add_mail_domain("lumen.example", LUMEN)
    directory.add_mail_domain("other.example", OTHER)
    directory.add_person("per_jane", NORTH, "jane@acme.example", "Jane", tenants=[ACME])
    directory.add_person("per_mike", NORTH, "mike@acme.example", "Mike", tenants=[ACME], manager=True)
    directory.add_person("per_lee", NORTH, "lee@lumen.example", "Lee", tenants=[LUMEN])
    return directory


@contextmanager
def running_intake(
    mongodb_uri: str, nats_url: str, installation: str, folder: Path, **changes: Any
) -> Iterator[Bench]:
    """Intake started by its own main, on free ports, with keys of its own."""
    keys = folder / "keys"
    make_keys(keys, ["intake", "gateway", "operator", "directory", "incidents"])
    incidents = FakeIncidents(NORTH)
    with ExitStack() as stack:
        directory = stack.enter_context(peopled())
        incidents_port = changes.pop("incidents_port", 0)
        fetch = changes.pop("fetch", None)
        settings = IntakeSettings(
            installation=installation,
            mongodb_uri=mongodb_uri,
            nats_url=nats_url,
            key_dir=keys,
            addresses={
                "intake": "127.0.0.1:0",
                "directory": directory.address,
                "incidents": f"127.0.0.1:{incidents_port}"
                if incidents_port
                else stack.enter_context(incidents.serving()),
            },
            **{"smtp_port": 0, "lmtp_port": 0, "readers": 1} | changes,
        )
        running = start(settings, fetch)
        bound = {**settings.addresses, "intake": f"127.0.0.1:{running.rpc_port}"}
        settings = settings.model_copy(update={"addresses": bound})
        stack.callback(close_channels)
        stack.callback(running.stop)
        yield Bench(
            settings,
            running,
            directory,
            incidents,
            CallerSigner.load(keys, "gateway"),
            CallerSigner.load(keys, "operator"),
        )
