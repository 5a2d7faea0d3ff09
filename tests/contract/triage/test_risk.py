"""The queue by the chance of a breach, as the service level service announces it."""

from collections.abc import Iterator

import pytest

from chassis import clock, mongo
from chassis.config import Settings
from chassis.outbox import AggregateStore, OutboundEvent, Relay
from chassis.rpc import call
from chassis.tenancy import TenantScope
from chassis.tokens import CallerSigner
from fairlead.sla.v1 import clock_pb2, contract_pb2, events_pb2
from fairlead.triage.v1 import queue_pb2, view_pb2, view_service_pb2
from fairlead.triage.v1 import queue_service_pb2 as pb
from fairlead.triage.v1.view_service_pb2_grpc import ViewServiceStub
from tests.contract.triage.conftest import NORTH, Desk
from tests.contract.triage.test_queue import in_pages, listed, seen
from tests.harness.waiting import wait_until

LUMEN = "ten_lumen"


class Clocks:
    """Tells of clocks as the service level service does."""

    def __init__(self, settings: Settings) -> None:
        self._signer = CallerSigner.load(settings.key_dir, "sla")
        database = mongo.connect(settings)
        self._store = AggregateStore(
            database["clock_sets"], noun="incident", signer=self._signer, archive=False
        )
        self.relay = Relay(settings, [self._store])
        self._revisions: dict[str, int] = {}

    def forecast(self, incident_id: str, chance: float | None, tenant_id: str = LUMEN) -> None:
        told = clock_pb2.Clock(incident_id=incident_id, tenant_id=tenant_id)
        if chance is not None:
            told.kind = contract_pb2.TARGET_KIND_RESOLUTION
            told.forecast.chance, told.forecast.similar_incidents, told.forecast.similar_breached = (
                chance,
                40,
                9,
            )
        self._tell(incident_id, tenant_id, "target_forecast", events_pb2.TargetForecast(clock=told))

    def breach(self, incident_id: str, tenant_id: str = LUMEN) -> None:
        late = clock_pb2.Clock(
            incident_id=incident_id,
            tenant_id=tenant_id,
            kind=contract_pb2.TARGET_KIND_RESOLUTION,
            cycle=1,
            state=clock_pb2.CLOCK_STATE_BREACHED,
            breached=True,
        )
        late.due_time.FromDatetime(clock.now())
        self._tell(incident_id, tenant_id, "target_breached", events_pb2.TargetBreached(clock=late))

    def _tell(self, incident_id: str, tenant_id: str, fact: str, message: object) -> None:
        now, scope = clock.now(), TenantScope(NORTH, tenant_id)
        event = OutboundEvent(fact, message, now, self._signer.service_caller(now, NORTH))
        before = self._revisions.get(incident_id, 0)
        if before:
            self._store.save(scope, incident_id, before, {}, [event])
        else:
            self._store.create(scope, incident_id, {}, [event])
        self._revisions[incident_id] = before + 1


@pytest.fixture(scope="module")
def clocks(desk: Desk) -> Iterator[Clocks]:
    served = desk.served.settings
    settings = Settings(
        service="sla", installation=served.installation, mongodb_uri=served.mongodb_uri,
        nats_url=served.nats_url, key_dir=served.key_dir, addresses={},
    )  # fmt: skip
    told = Clocks(settings)
    told.relay.start()
    yield told
    told.relay.stop()


def entry_of(desk: Desk, incident_id: str) -> queue_pb2.QueueEntry:
    return call(desk.queue.GetQueueEntry, pb.GetQueueEntryRequest(incident_id=incident_id), desk.admin)


def shows(desk: Desk, incident_id: str, risk: float | None) -> None:
    def shown() -> bool:
        entry = entry_of(desk, incident_id)
        return (entry.breach_risk if entry.HasField("breach_risk") else None) == risk

    wait_until(shown, timeout=20, what=f"the risk of {incident_id} to be {risk}")


@pytest.fixture(scope="module")
def rows(desk: Desk, clocks: Clocks) -> dict[str, str]:
    """Five incidents of Lumen by what is known of them."""
    made = {name: desk.announced.open(LUMEN) for name in ("unknown", "low", "high", "late", "high_too")}
    for incident_id in made.values():
        seen(desk, incident_id)
    for name, chance in (("low", 0.1), ("high", 0.8), ("high_too", 0.8)):
        clocks.forecast(made[name], chance)
        shows(desk, made[name], chance)
    clocks.breach(made["late"])
    shows(desk, made["late"], 1.0)
    return made


def test_the_likeliest_stand_first_and_what_nothing_is_known_of_last(desk: Desk, rows: dict[str, str]):
    caller = desk.technician(LUMEN)
    whole = listed(desk, caller, sort=pb.QUEUE_SORT_BREACH_RISK)
    alike = sorted([rows["high"], rows["high_too"]])
    assert whole == [rows["late"], *alike, rows["low"], rows["unknown"]]
    for size in (1, 2, 3):
        assert in_pages(desk, caller, pb.QUEUE_SORT_BREACH_RISK, size) == whole


def test_a_page_goes_on_where_it_was_though_chances_grow_meanwhile(
    desk: Desk, clocks: Clocks, rows: dict[str, str]
):
    caller = desk.technician(LUMEN)
    first = call(
        desk.queue.ListQueue, pb.ListQueueRequest(sort=pb.QUEUE_SORT_BREACH_RISK, page_size=3), caller
    )
    clocks.forecast(rows["low"], 0.15)
    shows(desk, rows["low"], 0.15)
    rest = pb.ListQueueRequest(sort=pb.QUEUE_SORT_BREACH_RISK, page_token=first.next_page_token)
    shown = [one.incident_id for one in call(desk.queue.ListQueue, rest, caller).entries]
    assert shown == [rows["low"], rows["unknown"]]


def test_a_row_shows_what_its_chance_rests_on(desk: Desk, rows: dict[str, str]):
    forecast = entry_of(desk, rows["high"]).forecast
    assert (forecast.target, forecast.chance) == ("resolution", 0.8)
    assert (forecast.similar_incidents, forecast.similar_breached) == (40, 9)
    late = entry_of(desk, rows["late"])
    assert late.breach_risk == 1 and not late.HasField("forecast")
    assert not entry_of(desk, rows["unknown"]).HasField("breach_risk")


def test_another_clients_chances_are_not_there(desk: Desk, rows: dict[str, str]):
    assert not set(listed(desk, desk.technician("ten_acme"), sort=pb.QUEUE_SORT_BREACH_RISK)) & {
        *rows.values()
    }


def test_what_is_not_forecast_any_more_goes_last(desk: Desk, clocks: Clocks):
    incident = desk.announced.open("ten_acme")
    seen(desk, incident)
    clocks.forecast(incident, 0.9, "ten_acme")
    shows(desk, incident, 0.9)
    clocks.forecast(incident, None, "ten_acme")
    shows(desk, incident, None)
    assert listed(desk, desk.technician("ten_acme"), sort=pb.QUEUE_SORT_BREACH_RISK)[-1] == incident


def test_a_saved_view_keeps_this_order(desk: Desk):
    views, caller = ViewServiceStub(desk.served.channel()), desk.technician(LUMEN)
    view = view_pb2.View(name="By risk", sort=pb.QUEUE_SORT_BREACH_RISK)
    made = call(views.CreateView, view_service_pb2.CreateViewRequest(view=view), caller)
    read = call(views.GetView, view_service_pb2.GetViewRequest(view_id=made.view_id), caller)
    assert read.sort == pb.QUEUE_SORT_BREACH_RISK
