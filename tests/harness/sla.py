"""The service on real servers, and a stand-in for the incidents service that saves and relays as that does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis import clock, mongo
from chassis.config import Settings
from chassis.ids import new_id
from chassis.outbox import AggregateStore, OutboundEvent, Relay
from chassis.rpc import call
from chassis.tenancy import Caller, Role, TenantScope
from chassis.tokens import CallerSigner, make_keys
from fairlead.incidents.v1 import events_pb2 as incident_events
from fairlead.incidents.v1 import incident_pb2
from fairlead.sla.v1 import calendar_pb2, clock_service_pb2_grpc, contract_pb2, contract_service_pb2_grpc
from fairlead.sla.v1 import contract_service_pb2 as contracts_pb
from fairlead.sla.v1 import events_pb2 as sla_events
from services.sla.config import SlaSettings
from tests.harness.fakes.directory import FakeDirectory
from tests.harness.servers import free_port
from tests.harness.streams import Published, read_stream
from tests.harness.waiting import wait_until

PROVIDER = "prv_north"
ACME = "ten_acme"
LUMEN = "ten_lumen"


class Incidents:
    """Opens incidents and moves them on, each change one save with its event, relayed to JetStream."""

    def __init__(self, settings: Settings) -> None:
        database = mongo.connect(settings)
        self._signer = CallerSigner.load(settings.key_dir, "incidents")
        self._store = AggregateStore(database["incidents"], noun="incident", signer=self._signer)
        self._relay = Relay(settings, [self._store])
        self._known: dict[str, incident_pb2.Incident] = {}
        self._relay.start()

    def stop(self) -> None:
        self._relay.stop()

    def open(self, tenant_id: str = ACME, **fields: Any) -> str:
        """`fields` are open_many's, or any of the incident's own."""
        return self.open_many(1, tenant_id, **fields)[0]

    def open_many(
        self,
        count: int,
        tenant_id: str = ACME,
        *,
        priority: int = 3,
        requester: str = "per_jane",
        **fields: Any,
    ) -> list[str]:
        caller = self._caller()
        items = []
        for number in range(count):
            now = clock.now()
            incident = incident_pb2.Incident(
                incident_id=new_id("inc"),
                provider_id=PROVIDER,
                tenant_id=tenant_id,
                number=f"ACME-{number + 1}",
                state=incident_pb2.INCIDENT_STATE_NEW,
                requester=incident_pb2.Party(person_id=requester),
                priority=incident_pb2.Priority.Name(priority),
                revision=1,
                **fields,
            )
            incident.create_time.FromDatetime(now)
            incident.update_time.FromDatetime(now)
            self._known[incident.incident_id] = incident
            event = OutboundEvent(
                "incident_opened", incident_events.IncidentOpened(incident=incident), now, caller
            )
            items.append((TenantScope(PROVIDER, tenant_id), incident.incident_id, {}, [event]))
        assert all(result.ok for result in self._store.create_many(items))
        return [item[1] for item in items]

    def tell(
        self,
        incident_id: str,
        fact: str,
        make: Callable[..., Message],
        change: Callable[[incident_pb2.Incident], None] = lambda _incident: None,
        **fields: Any,
    ) -> datetime:
        """Saves one change with its event; returns the event's time."""
        incident = self._known[incident_id]
        before = incident.revision
        change(incident)
        incident.revision = before + 1
        now = clock.now()
        event = OutboundEvent(fact, make(incident=incident, **fields), now, self._caller())
        self._store.save(TenantScope(PROVIDER, incident.tenant_id), incident_id, before, {}, [event])
        return now

    def hold(self, incident_id: str, party: str = "REQUESTER") -> datetime:
        def change(incident: incident_pb2.Incident) -> None:
            incident.hold.awaiting = incident_pb2.AwaitedParty.Value(f"AWAITED_PARTY_{party}")

        return self.tell(incident_id, "held", incident_events.Held, change)

    def resume(self, incident_id: str) -> datetime:
        return self.tell(incident_id, "resumed", incident_events.Resumed, lambda i: i.ClearField("hold"))

    def prioritize(self, incident_id: str, priority: int) -> datetime:
        def change(incident: incident_pb2.Incident) -> None:
            incident.priority = incident_pb2.Priority.Name(priority)

        return self.tell(incident_id, "prioritized", incident_events.Prioritized, change)

    def answer(self, incident_id: str, first: bool = True) -> datetime:
        told = {"by_staff": True, "first_response": first, "text": "We are on it."}
        return self.tell(incident_id, "replied", incident_events.Replied, **told)

    def resolve(self, incident_id: str) -> datetime:
        return self.tell(incident_id, "resolved", incident_events.Resolved)

    def _caller(self) -> Caller:
        return self._signer.service_caller(clock.now(), PROVIDER)


@dataclass
class World:
    """What a test of the running service works with."""

    settings: SlaSettings
    directory: FakeDirectory
    incidents: Incidents
    signer: CallerSigner
    _channels: list[grpc.Channel] = field(default_factory=list)

    @property
    def contracts(self) -> contract_service_pb2_grpc.ContractServiceStub:
        return contract_service_pb2_grpc.ContractServiceStub(self._channel())

    @property
    def clocks(self) -> clock_service_pb2_grpc.ClockServiceStub:
        return clock_service_pb2_grpc.ClockServiceStub(self._channel())

    def _channel(self) -> grpc.Channel:
        if not self._channels:
            self._channels.append(grpc.insecure_channel(self.settings.address("sla")))
        return self._channels[0]

    def close(self) -> None:
        self.incidents.stop()
        self.directory.stop()
        for channel in self._channels:
            channel.close()

    def person(
        self, *roles: Role, person_id: str = "per_ada", tenants: frozenset[str] | None = None
    ) -> Caller:
        caller = Caller(f"person:{person_id}", PROVIDER, tenants, frozenset(roles))
        return self.signer.mint(caller, clock.now())

    @property
    def admin(self) -> Caller:
        return self.person(Role.PROVIDER_ADMIN, person_id="per_admin")

    def wait_ready(self) -> None:
        """Until the service says that it is ready: it answers, and its indexes are there."""
        health = health_pb2_grpc.HealthStub(self._channel())

        def serving() -> bool:
            try:
                answer = health.Check(health_pb2.HealthCheckRequest(), timeout=1, wait_for_ready=True)
            except grpc.RpcError:
                return False
            return answer.status == health_pb2.HealthCheckResponse.SERVING

        wait_until(serving, timeout=20, what="the service to be ready")

    def make_calendar(self, name: str = "Always", /, **fields: Any) -> calendar_pb2.Calendar:
        fields = fields or {"always_open": True}
        asked = calendar_pb2.Calendar(**({"name": name, "time_zone": "Europe/Paris"} | fields))
        return call(
            self.contracts.CreateCalendar, contracts_pb.CreateCalendarRequest(calendar=asked), self.admin
        )

    def make_contract(
        self,
        calendar_id: str,
        tenant_id: str = ACME,
        *,
        goals: dict[int, int],
        warning: int = 50,
        **fields: Any,
    ) -> contract_pb2.Contract:
        """The same goal in seconds for response and resolution of each priority; the requester's holds pause
        the resolution."""
        targets = [
            contract_pb2.ServiceLevelTarget(
                kind=kind,
                priority=incident_pb2.Priority.Name(priority),
                goal_seconds=goal,
                calendar_id=calendar_id,
                warning_percent=warning,
                pausing_parties=["AWAITED_PARTY_REQUESTER"] if kind == "TARGET_KIND_RESOLUTION" else [],
            )
            for kind in ("TARGET_KIND_FIRST_RESPONSE", "TARGET_KIND_RESOLUTION")
            for priority, goal in goals.items()
        ]
        asked = contract_pb2.Contract(tenant_id=tenant_id, name="Gold", targets=targets, **fields)
        return call(
            self.contracts.CreateContract, contracts_pb.CreateContractRequest(contract=asked), self.admin
        )

    def told(self, incident_id: str = "") -> list[tuple[str, Message, Published]]:
        """(fact, message, as published) of the service's stream, in order, of one incident if one is named."""
        kinds = {
            "target_started": sla_events.TargetStarted,
            "target_changed": sla_events.TargetChanged,
            "target_warned": sla_events.TargetWarned,
            "target_breached": sla_events.TargetBreached,
            "target_met": sla_events.TargetMet,
            "target_missed": sla_events.TargetMissed,
            "target_forecast": sla_events.TargetForecast,
            "contract_changed": sla_events.ContractChanged,
        }
        result = []
        for message in read_stream(self.settings.nats_url, self.settings.stream_name):
            fact = message.subject.rpartition(".")[2]
            if not incident_id or message.aggregate_id == incident_id:
                result.append((fact, kinds[fact].FromString(message.payload), message))
        return result

    def wait_told(self, incident_id: str, fact: str, count: int = 1, timeout: float = 15) -> list[Message]:
        """The messages of one fact about an incident, once there are so many."""

        def found() -> list[Message]:
            return [m for told, m, _ in self.told(incident_id) if told == fact]

        wait_until(lambda: len(found()) >= count, timeout, pause=0.1, what=f"{count} {fact}")
        return found()


def make_world(installation: str, mongod: str, nats: str, folder: Path) -> World:
    """Everything but the service itself, which a test starts (and kills) as it likes."""
    make_keys(folder, ["gateway", "operator", "incidents", "sla"])
    directory = FakeDirectory()
    directory.add_provider(PROVIDER, "northstar")
    directory.add_tenant(ACME, PROVIDER, "acme", time_zone="Europe/London")
    directory.add_tenant(LUMEN, PROVIDER, "lumen", time_zone="America/New_York")
    directory.add_tenant("ten_other", "prv_other", "other")
    common: dict[str, Any] = {
        "installation": installation,
        "mongodb_uri": mongod,
        "nats_url": nats,
        "key_dir": folder,
        "addresses": {"sla": f"127.0.0.1:{free_port()}", "directory": directory.address},
    }
    incidents = Incidents(Settings(service="incidents", **common))
    settings = SlaSettings(forecast_seconds=1, look_seconds=0.5, **common)
    return World(settings, directory, incidents, CallerSigner.load(folder, "gateway"))


def lag(message: Published, due: datetime) -> timedelta:
    """How much later than due an event was told, by the event's own time."""
    return datetime.fromisoformat(message.headers["Fl-Time"]) - due
