"""The use cases of this service, put together."""

from datetime import timedelta

from chassis import clock
from chassis.ids import new_id
from chassis.tenancy import Caller
from chassis.tokens import CallerSigner
from services.incidents.config import IncidentsSettings
from services.incidents.domain.answer_token import AnswerTokens
from services.incidents.domain.major.status import StatusSeal
from services.incidents.domain.reply_token import ReplyTokens
from services.incidents.main.elsewhere import Elsewhere
from services.incidents.main.secrets import secret_for
from services.incidents.main.stores import Stores
from services.incidents.use_cases import (
    Accepting,
    Answering,
    Attaching,
    CarryTies,
    Cataloging,
    ChangeReading,
    Changes,
    Closing,
    Commands,
    Counting,
    Family,
    ImportItems,
    ItemIncidents,
    KeepItems,
    MailThreading,
    Merging,
    Numbering,
    Opening,
    Orders,
    ProblemReading,
    Problems,
    Reading,
    ReadItems,
    Scanning,
    Splitting,
    Triaging,
)
from services.incidents.use_cases.majors import MajorUseCases


class Parts:
    """One of each use case, by name."""

    def __init__(
        self, settings: IncidentsSettings, kept: Stores, others: Elsewhere, signer: CallerSigner
    ) -> None:
        def as_service(provider_id: str) -> Caller:
            return signer.service_caller(clock.now(), provider_id)

        self._kept, self._others, self._as_service = kept, others, as_service
        self._files(settings)
        self._incidents(settings)
        self._relations()
        self._beside(settings)

    def _files(self, settings: IncidentsSettings) -> None:
        kept, others = self._kept, self._others
        patience = timedelta(seconds=settings.upload_patience_seconds)
        self.scanning = Scanning(kept.files, others.scanner, clock.now)
        self.attaching = Attaching(
            kept.files, kept.incidents, others.tenants, new_id, clock.now, patience, self.scanning
        )

    def _incidents(self, settings: IncidentsSettings) -> None:
        kept, others, incidents = self._kept, self._others, self._kept.incidents
        reply_tokens = ReplyTokens(secret_for(settings, "reply token"))
        answer_tokens = AnswerTokens(secret_for(settings, "answer link"))
        self.opening = Opening(
            incidents,
            kept.numbers,
            others.tenants,
            kept.catalog,
            others.approvers,
            kept.items,
            new_id,
            clock.now,
        )
        self.accepting = Accepting(
            incidents,
            kept.threads,
            kept.rules,
            others.staff,
            reply_tokens,
            self.opening,
            self.attaching,
            clock.now,
        )
        self.reading = Reading(incidents, others.tenants, self.scanning)
        self.commands = Commands(
            incidents, kept.rules, others.staff, self.opening, self.attaching, new_id, clock.now
        )
        self.triaging = Triaging(incidents, others.staff, clock.now)
        self.mail = MailThreading(incidents, kept.threads, reply_tokens, clock.now)
        self.answering = Answering(incidents, kept.rules, others.approvers, answer_tokens, clock.now)
        self.counting = Counting(kept.figures, clock.now)
        self.closing = Closing(incidents, kept.rules, self._as_service, clock.now)
        self.numbering = Numbering(
            incidents,
            kept.numbers,
            others.tenants,
            new_id,
            self._as_service,
            clock.now,
            grace=timedelta(seconds=settings.number_grace_seconds),
            patience=timedelta(seconds=settings.number_patience_seconds),
        )

    def _relations(self) -> None:
        kept, incidents = self._kept, self._kept.incidents
        self.merging = Merging(incidents, clock.now)
        self.family = Family(incidents, self.commands, clock.now)
        self.splitting = Splitting(incidents, kept.numbers, self._others.tenants, new_id, clock.now)

    def _beside(self, settings: IncidentsSettings) -> None:
        """What stands beside incidents: orders, items, problems, changes, major incidents."""
        kept, others, incidents = self._kept, self._others, self._kept.incidents
        self.orders = Orders(incidents, others.approvers, others.staff, self._as_service, clock.now)
        self.cataloging = Cataloging(kept.catalog, others.tenants, clock.now, new_id)
        self.keeping_items = KeepItems(kept.items, others.tenants, new_id, clock.now)
        self.reading_items = ReadItems(kept.items, others.tenants)
        self.importing_items = ImportItems(self.keeping_items, kept.items, new_id, clock.now)
        self.item_incidents = ItemIncidents(incidents, kept.items, clock.now)
        self.reading_problems = ProblemReading(kept.problems, incidents, kept.items)
        self.problems = Problems(
            kept.problems, incidents, others.staff, kept.changes, self.commands, new_id, clock.now
        )
        self.carrying_ties = CarryTies(incidents, kept.problems, self._as_service, clock.now)
        self.reading_changes = ChangeReading(
            kept.changes,
            kept.freezes,
            kept.items,
            incidents,
            others.change_approvers,
            others.tenants,
            new_id,
            clock.now,
        )
        self.changes = Changes(
            kept.changes,
            kept.items,
            incidents,
            others.change_approvers,
            others.tenants,
            self.reading_changes,
            self._as_service,
            new_id,
            clock.now,
        )
        self.majors = MajorUseCases(
            kept.beside_majors,
            incidents,
            kept.rules,
            others.staff,
            others.clients,
            self.opening,
            StatusSeal(secret_for(settings, "status page")),
            self._as_service,
            new_id,
            clock.now,
        )
