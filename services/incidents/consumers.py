"""Events in: what was sent by mail, what contracts say about closing, what changed about tenants and people, and what our
own problems and changes say of incidents and of each other.
"""

from collections.abc import Callable
from datetime import timedelta

from chassis import bus
from chassis.tenancy import TenantScope
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.change_pb2 import ChangeChanged
from fairlead.incidents.v1.problem_pb2 import ProblemChanged
from fairlead.notify.v1.events_pb2 import DeliverySent
from fairlead.sla.v1.events_pb2 import ContractChanged
from services.incidents.domain.closing import DEFAULT_RULES, ClosingRules
from services.incidents.domain.facts import TieKind
from services.incidents.domain.incident import Actor
from services.incidents.use_cases import CarryTies, Closing, MailThreading, Opening
from services.incidents.use_cases.ties import Announced


class DeliveryFacts:
    """notify.delivery_sent: the Message-ID will stand in the answers."""

    def __init__(self, mail: MailThreading) -> None:
        self._mail = mail

    def handle(self, events: list[bus.Event]) -> None:
        sent: dict[TenantScope, dict[str, tuple[str, str]]] = {}
        for event in events:
            delivery = event.parse(DeliverySent).delivery
            if delivery.message_id and delivery.incident_id:
                scope = TenantScope(event.provider_id, event.tenant_id)
                about = (delivery.incident_id, delivery.event_id)
                sent.setdefault(scope, {})[delivery.message_id] = about
        self._mail.record_sent(sent)


class ContractFacts:
    """sla.contract_changed: when silence closes, and how long a closed incident may come back."""

    def __init__(self, closing: Closing) -> None:
        self._closing = closing

    def handle(self, events: list[bus.Event]) -> None:
        for event in events:
            contract = event.parse(ContractChanged).contract
            rules = ClosingRules(
                close_after=_seconds(contract.close_after_seconds, DEFAULT_RULES.close_after),
                reopen_within=_seconds(contract.reopen_within_seconds, DEFAULT_RULES.reopen_within),
                effective_time=contract.effective_time.ToDatetime(tzinfo=event.time.tzinfo)
                if contract.HasField("effective_time")
                else None,
            )
            # The provider's default contract names no tenant: it lies in the provider's own room.
            scope = TenantScope(event.provider_id, contract.tenant_id or event.provider_id)
            self._closing.keep_rules(scope, contract.contract_id, contract.version, rules)


class TenantFacts:
    """directory.tenant_changed and tenant_suspended: ask for the tenant anew."""

    def __init__(self, opening: Opening, forget: Callable[[str], None]) -> None:
        self._opening = opening
        self._forget = forget

    def handle(self, events: list[bus.Event]) -> None:
        for event in events:
            self._opening.forget_tenant(event.aggregate_id)
            self._forget(event.aggregate_id)


class PersonFacts:
    """directory.person_changed and grant_changed: ask for the person anew."""

    def __init__(self, *forget: Callable[[str], None]) -> None:
        self._forget = forget

    def handle(self, events: list[bus.Event]) -> None:
        for event in events:
            for forget in self._forget:
                forget(event.aggregate_id)


class TieFacts:
    """incidents.incident_linked, change_tied and their opposites, and how a change went: for the other side's history."""

    HEARD = (
        *("incident_linked", "incident_unlinked", "change_tied", "change_untied"),
        *("change_failed", "change_backed_out", "change_canceled", "change_rejected"),
    )

    def __init__(self, carry: CarryTies) -> None:
        self._carry = carry

    def handle(self, events: list[bus.Event]) -> None:
        failed: dict[str, Exception] = {}
        for event in events:
            try:
                self._carry_on(event)
            except Exception as error:
                failed[event.id] = error
        if failed:
            raise bus.EventFailed(failed)

    def _carry_on(self, event: bus.Event) -> None:
        if event.fact in ("incident_linked", "incident_unlinked"):
            linked = event.parse(ProblemChanged)
            told, number = _announced(event, linked.actor), linked.changes.get("number", "")
            untied = event.fact == "incident_unlinked"
            return self._carry.tell_incident(told, number, TieKind.PROBLEM, linked.problem.number, untied)
        message = event.parse(ChangeChanged)
        told, by = _announced(event, message.actor), message.change.number
        if event.fact in ("change_tied", "change_untied"):
            for how, number in message.changes.items():
                untied = event.fact == "change_untied"
                self._carry.tell_incident(told, number, _TIE_KINDS[how], by, untied)
            return None
        return self._carry.tell_problems(told, by, event.fact.removeprefix("change_"))


_TIE_KINDS = {"resolves": TieKind.RESOLVING_CHANGE, "caused": TieKind.CAUSING_CHANGE}


def _announced(event: bus.Event, actor: incident_pb2.Actor) -> Announced:
    return Announced(event.id, event.provider_id, Actor(actor.subject, actor.name))


def _seconds(seconds: int, default: timedelta) -> timedelta:
    """0 means that the contract does not say."""
    return timedelta(seconds=seconds) if seconds > 0 else default
