"""Telling the clients: decided once, then said on each client's own incident, and tried again until it is."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chassis.errors import AlreadyExists, FairleadError, InvalidArgument, RevisionConflict, Unavailable
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain import closing, conversation, work
from services.incidents.domain.facts import Change
from services.incidents.domain.family import MOST_CHILDREN
from services.incidents.domain.incident import OPEN_STATES, Incident
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.major import course, update
from services.incidents.domain.major.record import (
    UNDER_WAY,
    Major,
    MajorChange,
    MajorFact,
    MajorState,
    changed,
)
from services.incidents.domain.major.settings import MajorSettings
from services.incidents.domain.major.update import Row, Update, Wish
from services.incidents.domain.major.wording import Reader
from services.incidents.domain.merging import survivor_of
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import Clock, Incidents, NewId, Rules
from services.incidents.ports.majors import Clients, MajorSettingsKept, MajorUpdates, UpdateTemplates
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.majors.affecting import Affecting
from services.incidents.use_cases.majors.changing import Changing, is_granted, room_of
from services.incidents.use_cases.targets import CommandTarget, fingerprint_of, moved_on

_UPDATES_KEPT = 16
_LONGEST_WAIT = 7 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to be told. state None: it stays where it is. minutes 0: as promised for its severity."""

    texts: Mapping[str, str] = field(default_factory=dict)
    template_id: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)
    state: MajorState | None = None
    minutes: int = 0
    resolution_code: str = ""
    preview_only: bool = False


class Updating:
    """Who speaks is granted every client that it touches: an update goes to all of them."""

    def __init__(
        self,
        changing: Changing,
        affecting: Affecting,
        incidents: Incidents,
        rules: Rules,
        clients: Clients,
        updates: MajorUpdates,
        templates: UpdateTemplates,
        settings: MajorSettingsKept,
        new_id: NewId,
        clock: Clock,
    ) -> None:
        self._changing = changing
        self._affecting = affecting
        self._incidents = incidents
        self._rules = rules
        self._clients = clients
        self._updates = updates
        self._templates = templates
        self._settings = settings
        self._new_id = new_id
        self._clock = clock

    def send(self, caller: Caller, target: CommandTarget, wanted: Wanted) -> Update:
        """Raises PermissionDenied("grant_missing"), InvalidArgument for anything wrong in anybody's words.

        The same idempotency key again tells those alone who were not told.
        """
        room = room_of(caller)
        major = self._changing.seen(caller, target.incident_id)
        self._changing.require_whole(caller, major)
        fingerprint = fingerprint_of(caller, target, "major update")
        update_id = f"upd_{fingerprint}" if fingerprint else self._new_id("upd")
        if fingerprint and not wanted.preview_only and (kept := self._updates.find(room, update_id)):
            return self.finish(kept, caller)
        if target.revision and target.revision != major.revision:
            raise moved_on(major.revision)
        course.require_open(major)
        if not wanted.preview_only:
            major = self._affecting.finish(major, caller)
        planned = self._planned(caller, major, wanted, update_id, self._settings.get(room))
        if wanted.preview_only:
            return replace(planned, update_id="")
        try:
            self._updates.add(planned)
        except AlreadyExists:  # the same request was faster
            planned = self._updates.find(room, update_id) or planned
        return self.finish(replace(planned, revision=planned.revision or 1), caller)

    def all_of(self, caller: Caller, major_id: str) -> list[Update]:
        """Newest first; of each, the rows of clients that the caller is granted."""
        major = self._changing.seen(caller, major_id)
        found = self._updates.of_majors(room_of(caller), [major.major_id])
        return [update.of_tenants(one, caller.tenant_ids) for one in found]

    def finish(self, sent: Update, caller: Caller) -> Update:
        """Carries out what was decided: counted once, each client told once. Also after a crash, by the sweep."""
        if not sent.is_open:
            return sent
        if not sent.counted:
            self._count(sent, caller)
            sent = replace(sent, counted=True)
        for row in sent.rows:
            if row.is_open:
                sent = update.told(sent, row.tenant_id, self._tell(sent, row, caller))
        try:
            return self._updates.save(sent)
        except RevisionConflict:  # somebody else carried it out meanwhile
            room = TenantScope(sent.provider_id, sent.provider_id)
            return self._updates.find(room, sent.update_id) or sent

    def _planned(
        self, caller: Caller, major: Major, wanted: Wanted, update_id: str, settings: MajorSettings
    ) -> Update:
        state = wanted.state or major.state
        if state is not major.state and state not in course.NEXT[major.state]:
            message = f"From {major.state} it cannot go to {state}."
            raise InvalidArgument("major_transition_not_allowed", message, field="state")
        if state is MajorState.DECLARED_IN_ERROR or state is MajorState.CLOSED:
            raise InvalidArgument("state_not_told", "That is no news for clients.", field="state")
        if not 0 <= wanted.minutes <= _LONGEST_WAIT:
            raise InvalidArgument(
                "minutes_out_of_range", f"At most {_LONGEST_WAIT} minutes.", field="next_update_minutes"
            )
        if wanted.resolution_code and wanted.resolution_code not in work.RESOLUTION_CODES:
            raise InvalidArgument(
                "resolution_code_unknown", "There is no such code.", field="resolution_code"
            )
        now = self._clock()
        wait = timedelta(minutes=wanted.minutes) if wanted.minutes else settings.interval(major.severity)
        due = now + wait if state in UNDER_WAY else None
        texts = self._templates.get(room_of(caller), wanted.template_id).texts if wanted.template_id else {}
        words = {**texts, **{locale: said for locale, said in wanted.texts.items() if said.strip()}}
        wish = Wish(texts=words, overrides=wanted.overrides, resolution_code=wanted.resolution_code)
        readers = self._clients.readers(major.provider_id, [one.tenant_id for one in major.touched])
        return Update(
            update_id=update_id,
            provider_id=major.provider_id,
            major_id=major.major_id,
            create_time=now,
            author=actor_of(caller),
            state=state,
            rows=update.rows_for(major, wish, readers, due, self._neighbors(caller, readers)),
            next_update_time=due,
            resolution_code=wanted.resolution_code,
        )

    def _neighbors(self, caller: Caller, touched: Mapping[str, Reader]) -> list[Reader]:
        """Nobody learns by a warning that there is a client whom they are not granted."""
        return [
            one
            for one in self._clients.neighbors(caller.provider_id)
            if one.tenant_id not in touched and is_granted(caller, one.tenant_id)
        ]

    def _count(self, sent: Update, caller: Caller) -> None:
        """The major incident knows of it: its state, and until when the next word is promised."""
        room = TenantScope(sent.provider_id, sent.provider_id)
        settings = self._settings.get(room)

        def decide(_: datetime, major: Major) -> MajorChange | None:
            if sent.update_id in major.recent_updates:
                return None
            moved: MajorChange | None = None
            if sent.state in course.NEXT[major.state]:
                moved = course.move(major, sent.state, "", settings, sent.author, sent.create_time)
            at = moved.after if moved else major
            late = major.next_update_time is not None and sent.create_time > major.next_update_time
            due = sent.next_update_time if at.state in UNDER_WAY else None
            facts = moved.facts if moved else ()
            told = MajorFact("major_updated", changes={"update_id": sent.update_id})
            kept = (*at.recent_updates, sent.update_id)[-_UPDATES_KEPT:]
            return changed(
                replace(at, revision=major.revision),
                sent.author,
                sent.create_time,
                *facts,
                told,
                updates_sent=major.updates_sent + 1,
                updates_late=major.updates_late + late,
                updates_missed=major.updates_missed,
                next_update_time=due,
                remind_time=due,
                recent_updates=kept,
            )

        stub = self._changing.majors.load(room, sent.major_id)
        self._changing.run_for_all(stub, caller, decide)

    def _tell(self, sent: Update, row: Row, caller: Caller) -> str:
        """ "" once it is said, on its incident and on that one's own children of the same client; else why not."""
        if not row.incident_id:
            return "incident_missing"
        scope = TenantScope(sent.provider_id, row.tenant_id)
        try:
            self._say(scope, row.incident_id, sent, row.text, caller)
        except Unavailable:
            raise
        except FairleadError as error:
            return error.reason
        for child in self._incidents.children(scope, row.incident_id, MOST_CHILDREN):
            if child.state in OPEN_STATES:
                self._say_to_child(scope, child, sent, row.text, caller)
        return ""

    def _say_to_child(
        self, scope: TenantScope, child: Incident, sent: Update, text: str, caller: Caller
    ) -> None:
        try:
            self._say(scope, child.incident_id, sent, text, caller)
        except Unavailable:
            raise
        except FairleadError:
            return  # it ended meanwhile

    def _say(self, scope: TenantScope, incident_id: str, sent: Update, text: str, caller: Caller) -> None:
        # The same from whoever carries it out, so that a crash in between says nothing twice.
        key = hashlib.sha256(f"major update\n{sent.update_id}".encode()).hexdigest()[:24]
        for _ in attempts():
            named = self._incidents.load(scope, incident_id)
            incident = survivor_of(named, lambda other: self._incidents.load(scope, other))
            if key in incident.recent_keys:
                return
            change = self._said(scope, incident, sent, text)
            try:
                self._incidents.save(change.remembering(key), caller)
            except RevisionConflict:
                continue
            return
        raise moved_on(0)

    def _said(self, scope: TenantScope, incident: Incident, sent: Update, text: str) -> Change:
        now = self._clock()
        if not sent.resolution_code:
            return conversation.answer(incident, text, sent.author, Side.STAFF, now)
        due = closing.close_due_time(self._rules.at(scope, now), now)
        return work.resolve(incident, sent.resolution_code, text, due, sent.author, Side.STAFF, now)
