"""Wires the triage service."""

import hmac
import threading
from collections.abc import Callable, Sequence

from chassis import bus, clock, mongo, rpc, telemetry
from chassis.errors import Unavailable
from chassis.ids import new_id
from chassis.leases import Lease
from chassis.outbox import Relay
from chassis.process import Closing, Running, run_process
from chassis.tokens import CallerSigner, CallerVerifier
from fairlead.triage.v1 import (
    escalation_service_pb2_grpc,
    model_service_pb2_grpc,
    on_call_service_pb2_grpc,
    queue_service_pb2_grpc,
    routing_service_pb2_grpc,
    rule_service_pb2_grpc,
    view_service_pb2_grpc,
    window_service_pb2_grpc,
)
from services.triage import store
from services.triage.clients import (
    ChildLearner,
    DirectoryClients,
    DirectoryLanguages,
    DirectoryStaff,
    IncidentRecord,
    ServiceCallers,
)
from services.triage.config import TriageSettings
from services.triage.consumers import consumers
from services.triage.domain.learning.card import Card
from services.triage.domain.link import Links
from services.triage.rpc import (
    EscalationServicer,
    ModelServicer,
    OnCallServicer,
    QueueServicer,
    RoutingServicer,
    RuleServicer,
    ViewServicer,
    WindowServicer,
)
from services.triage.use_cases import (
    Advise,
    CountOpen,
    DecideTriage,
    KeepGroups,
    KeepQueue,
    KeepRules,
    KeepViews,
    Learn,
    SeeQueue,
    SeeRuns,
    TryRules,
)
from services.triage.use_cases.absences import KeepAbsences, SchedulesAsTheyAre
from services.triage.use_cases.escalating import Escalate
from services.triage.use_cases.escalations import KeepPolicies, SeeEscalations
from services.triage.use_cases.feeds import KeepFeeds
from services.triage.use_cases.models import SeeSuggestions, SteerModels
from services.triage.use_cases.on_call import KeepSchedules
from services.triage.use_cases.routing import KeepRouting, LookAround
from services.triage.use_cases.windows import KeepWindows, ReleaseHeld

_WINDOW_SECONDS = 2.0
_STEP_SECONDS = 0.5
# Longer than any round takes; one that dies meanwhile delays the others by no more.
_LEASE_SECONDS = 10.0


def start(settings: TriageSettings) -> Running:
    """Starts serving, hearing and relaying; returns at once, even while MongoDB or NATS is down."""
    telemetry.configure(settings)
    running = Closing()
    verifier = CallerVerifier(settings.key_dir / "public")
    signer = CallerSigner.load(settings.key_dir, settings.service)
    database = mongo.connect(settings)

    rules, groups = store.RuleStore(database), store.GroupStore(database)
    views, queue = store.ViewStore(database), store.QueueStore(database, signer)
    links = Links(_link_secret(settings), "p", "pag")
    escalations = store.EscalationStore(database, signer, links)
    running.add(Relay(settings, [queue.rows, escalations.records])).start()

    staff = DirectoryStaff(settings)
    record, callers = IncidentRecord(settings), ServiceCallers(signer)
    windows, cards = store.WindowStore(database), store.CardStore(database)
    learner = running.add(ChildLearner())
    lessons, suggestions = store.LessonStore(database), store.SuggestionStore(database)
    learn = Learn(lessons, cards, learner, clock.now, new_id)
    advise = Advise(cards, learner, _told_away)
    policies, absences = store.PolicyStore(database), store.AbsenceStore(database)
    profiles, routings = store.ProfileStore(database), store.RoutingStore(database)
    schedules = SchedulesAsTheyAre(store.ScheduleStore(database), absences, profiles, clock.now)
    languages = DirectoryLanguages(settings)
    look_around = LookAround(groups, queue, staff, clock.now, schedules, profiles, routings, languages)
    runs = store.RuleRunStore(database)
    decide = DecideTriage(
        rules, look_around, queue, record, callers, clock.now, windows, advise, runs, suggestions
    )
    escalate = Escalate(
        *(policies, escalations, schedules, groups, queue, windows, staff, callers, clock.now, _failed),
        *(rules, runs),
    )
    calls = SeeEscalations(escalations, escalate, staff, callers, links)
    seen_suggestions = SeeSuggestions(suggestions)
    hearing = consumers(decide, KeepQueue(queue, clock.now), escalate, calls, learn)
    listener = running.add(bus.Consumers(settings, database, verifier, hearing))
    listener.start()

    clients = DirectoryClients(settings)
    keep_groups = KeepGroups(groups, staff, clients, new_id, schedules)
    readiness = rpc.Readiness(settings.service)
    readiness.require("mongodb", lambda: database.client.admin.command("ping"))
    readiness.once("indexes", store.prepare)
    servicers = [
        (
            queue_service_pb2_grpc.add_QueueServiceServicer_to_server,
            QueueServicer(SeeQueue(queue, views), CountOpen(queue)),
            "fairlead.triage.v1.QueueService",
        ),
        (
            rule_service_pb2_grpc.add_RuleServiceServicer_to_server,
            RuleServicer(
                KeepRules(rules, groups, clients, staff, clock.now, new_id),
                keep_groups,
                TryRules(rules, look_around, clients, clock.now, runs),
                SeeRuns(runs, rules),
            ),
            "fairlead.triage.v1.RuleService",
        ),
        (
            model_service_pb2_grpc.add_ModelServiceServicer_to_server,
            ModelServicer(SteerModels(cards, lessons, learn, staff, clock.now), seen_suggestions),
            "fairlead.triage.v1.ModelService",
        ),
        (
            routing_service_pb2_grpc.add_RoutingServiceServicer_to_server,
            RoutingServicer(KeepRouting(profiles, routings, groups, staff, clients)),
            "fairlead.triage.v1.RoutingService",
        ),
        (
            view_service_pb2_grpc.add_ViewServiceServicer_to_server,
            ViewServicer(KeepViews(views, keep_groups, staff, clients, clock.now, new_id)),
            "fairlead.triage.v1.ViewService",
        ),
        (
            window_service_pb2_grpc.add_WindowServiceServicer_to_server,
            WindowServicer(KeepWindows(windows, clients, clock.now, new_id, escalations)),
            "fairlead.triage.v1.WindowService",
        ),
        (
            on_call_service_pb2_grpc.add_OnCallServiceServicer_to_server,
            OnCallServicer(
                KeepSchedules(schedules, staff, clock.now, new_id),
                KeepFeeds(
                    store.FeedStore(database), schedules, staff, callers, _feed_links(settings), clock.now
                ),
                KeepAbsences(absences, staff, clock.now, new_id),
            ),
            "fairlead.triage.v1.OnCallService",
        ),
        (
            escalation_service_pb2_grpc.add_EscalationServiceServicer_to_server,
            EscalationServicer(
                KeepPolicies(policies, schedules, groups, staff, clients, new_id),
                calls,
                seen_suggestions,
            ),
            "fairlead.triage.v1.EscalationService",
        ),
        listener.dead_letters,
    ]
    server = running.add(rpc.Server(settings, verifier, servicers, readiness))
    server.start()
    released = ReleaseHeld(windows, decide, clock.now)
    running.add(_Rounds("windows", released.release_due, _WINDOW_SECONDS)).start()
    turn = Lease(database, "triage-escalations", new_id("proc"), _LEASE_SECONDS)
    running.add(_Rounds("escalations", lambda: _call(escalate, turn), _STEP_SECONDS)).start()
    if settings.learn_seconds:
        running.add(_Rounds("learning", lambda: _tell(learn.learn_due()), settings.learn_seconds)).start()
    return running


def _call(escalate: Escalate, turn: Lease) -> int:
    """Goes on with what is due, in one process at a time: that nobody is called twice rests on the record's revision."""
    due_time = escalate.next_due_time()
    if due_time is None or due_time > clock.now() or not turn.acquire():
        return 0
    try:
        return escalate.fire()
    finally:
        turn.release()


def _told_away(error: Exception) -> None:
    telemetry.logger("triage").warning("learner_away", error=str(error))


def _tell(cards: Sequence[Card]) -> int:
    """A model that was learned, and whether it was switched on, for whoever reads the log."""
    for card in cards:
        telemetry.logger("triage").info(
            "model_refused" if card.refusal else "model_switched_on",
            provider_id=card.provider_id,
            aspect=card.aspect.value,
            version=card.version,
            lessons=card.lessons,
            accuracy=card.figures["accuracy"],
            threshold=card.threshold,
            refusal=card.refusal,
        )
    return len(cards)


def _failed(escalation_id: str, error: Exception) -> None:
    telemetry.logger("triage").error(
        "escalation_set_aside", escalation_id=escalation_id, error=type(error).__name__
    )


def _feed_links(settings: TriageSettings) -> Links:
    return Links(_link_secret(settings), "f", "fed")


def _link_secret(settings: TriageSettings) -> bytes:
    """Derived from the service's own private key: every replica has the same, and nobody else has it.

    With a new key pair, the links of pages and feeds lead nowhere.
    """
    private_key = (settings.key_dir / f"{settings.service}.key").read_bytes()
    return hmac.digest(private_key, b"fairlead triage link 1", "sha256")


class _Rounds:
    """Does something every so many seconds, which answers how much there was to do."""

    def __init__(self, name: str, do: Callable[[], int], seconds: float) -> None:
        self._name = name
        self._do = do
        self._seconds = seconds
        self._stopping = threading.Event()
        self._log = telemetry.logger("triage")
        self._thread = threading.Thread(target=self._run, name=f"triage-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=4.0)

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            try:
                self._do()
            except Unavailable as error:
                self._log.warning(f"{self._name}_postponed", reason=error.reason)
            except Exception:
                self._log.exception(f"{self._name}_failed")


if __name__ == "__main__":
    run_process(start, TriageSettings)
