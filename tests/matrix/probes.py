"""What a probe is, who sends it, and what their answers must be.

A probe names a record of acme on one surface. Every intruder must be answered exactly as for a record that does not
exist, and the owner must succeed on the same surface: without that twin, a surface that fails for everybody would pass.
"""

import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any, Protocol

from chassis.ids import new_id
from tests.matrix.houses import House, Ids, Maker, World

_ID = re.compile(r"([a-z]+)_[0-9a-z]{26}")


@dataclass(frozen=True)
class Probe:
    """One way of naming somebody's record. Places such as {incident_id} are filled from the record's ids,
    {own_…} with the asker's own, {fresh} and {FRESH} with a new word.
    """

    surface: str
    request: dict[str, Any]
    # None: the request names nothing, as a bare list does.
    record: Maker | None = None
    owner: str = "admin"
    # The owner's success uses the record up.
    fresh: bool = False
    # Answers with what the asker may see, so an empty answer is as good as "not found".
    listing: bool = False
    # Those of the same provider who rightly see it too.
    shared_with: tuple[str, ...] = ()
    # Reasons by which something named within a request is said to be missing.
    missing_as: tuple[str, ...] = ()
    # Whether asking for what does not exist must give the same answer (it cannot where each call makes a record).
    comparable: bool = True
    # What the owner's answer shows; by default one of the record's ids.
    shows: str = ""
    # Who asks, where it is not everybody that the face knows.
    intruders: tuple["Asker", ...] = ()
    # Told apart by this where a surface has several.
    by: str = ""
    # Why nobody's record can be named here at all; then the owner alone is asked.
    ownerless: str = ""

    def __str__(self) -> str:
        return f"{self.surface} ({self.by})" if self.by else self.surface


@dataclass(frozen=True)
class Answer:
    """kind: granted, not_found, denied, or what else it was. text: everything the asker can read of it."""

    kind: str
    reason: str
    text: str

    def without(self, named: Ids) -> str:
        """The text with what the asker said themselves taken out."""
        text = self.text
        for name, value in sorted(named.items(), key=lambda item: -len(item[1])):
            text = text.replace(value, f"<{name}>")
        return text


@dataclass(frozen=True)
class Asker:
    """Somebody of a house, in one of the kinds that World.caller knows."""

    house: str
    kind: str

    def home(self, world: World) -> House:
        return getattr(world, self.house)

    def __str__(self) -> str:
        return f"{self.house}'s {self.kind}"


INTRUDERS = (
    Asker("lumen", "requester"),
    Asker("lumen", "technician"),
    Asker("lumen", "api_client"),
    Asker("port", "admin"),
)


class Face(Protocol):
    """REST, RPC, pages or live."""

    intruders: tuple[Asker, ...]

    def ask(self, world: World, asker: Asker, surface: str, request: dict[str, Any], ids: Ids) -> Answer:
        """Sends a filled request."""


@dataclass
class Trial:
    """A probe against one record of acme."""

    world: World
    face: Face
    probe: Probe
    ids: Ids = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.probe.record and not self.probe.ownerless:
            self.ids = self._record(self.world.acme)

    @property
    def intruders(self) -> tuple[Asker, ...]:
        return self.probe.intruders or self.face.intruders

    def complaints(self) -> list[str]:
        """What is wrong, in sentences; nothing if the surface keeps its promise."""
        found = []
        if not self.probe.ownerless:
            found = [f"{who} {what}" for who in self.intruders for what in [self.intrusion(who)] if what]
        twin = self._owner_fails()
        return [*found, twin] if twin else found

    def intrusion(self, who: Asker, thorough: bool = True) -> str:
        """What an intruder gets that they must not, "" if nothing. Not thorough: leaks only."""
        probe, home = self.probe, who.home(self.world)
        fresh = _fresh()
        answer = self._ask(who, self.ids, fresh)
        if who.kind in probe.shared_with and home.provider_id == self.world.acme.provider_id:
            # May know that it is there, though perhaps not change it.
            known = answer.kind in ("granted", "denied") or answer.reason in probe.missing_as
            return "" if known else f"may know of it, but was told {answer}"
        seen = answer.without(self.ids | fresh)
        leaked = sorted(word for word in self.world.acme.secrets_from(home) if word in seen)
        if leaked:
            return f"read {leaked} in {seen}"
        if answer.kind == "granted" and not probe.listing:
            return f"was answered {seen}"
        if not thorough:
            return ""
        return self._refused_wrongly(who, answer) or self._told_apart(who, answer, fresh)

    def _refused_wrongly(self, who: Asker, answer: Answer) -> str:
        if answer.kind in ("granted", "not_found") or answer.reason in self.probe.missing_as:
            return ""
        if answer.kind != "denied":
            return f"was told neither that nor that it is not there: {answer}"
        # Refused for what they are: then the same must be said of a record of their own house.
        own = self._ask(who, self._record(who.home(self.world)), _fresh())
        return (
            "" if own.kind == "denied" else f"was refused ({answer.reason}), but for their own record: {own}"
        )

    def _told_apart(self, who: Asker, answer: Answer, fresh: Ids) -> str:
        if not self.ids or not self.probe.comparable:
            return ""
        missing = {name: _missing(name, value) for name, value in self.ids.items()}
        other = self._ask(who, missing, fresh)
        seen, expected = answer.without(self.ids | fresh), other.without(missing | fresh)
        same = (answer.kind, answer.reason, seen) == (other.kind, other.reason, expected)
        return "" if same else f"can tell it from a missing one: {seen} / {expected}"

    def _owner_fails(self) -> str:
        owner, fresh = Asker("acme", self.probe.owner), _fresh()
        answer = self._ask(owner, self.ids, fresh)
        wanted = [self.probe.shows] if self.probe.shows else list(self.ids.values())
        shown = not answer.text or not wanted or any(word in answer.text for word in wanted)
        good = answer.kind == "granted" and shown
        return "" if good else f"the owner ({self.probe.owner}) was told {answer} instead of one of {wanted}"

    def _ask(self, who: Asker, ids: Ids, fresh: Ids) -> Answer:
        own = {f"own_{name}": value for name, value in who.home(self.world).own.items()}
        request = _filled(self.probe.request, ids | own | fresh)
        return self.face.ask(self.world, who, self.probe.surface, request, ids)

    def _record(self, house: House) -> Ids:
        if self.probe.record is None:
            return {}
        if self.probe.fresh and house is self.world.acme:
            return self.probe.record(self.world, house)
        return self.world.record(self.probe.record, house)


def _filled(value: Any, places: Ids) -> Any:
    if isinstance(value, str):
        return value.format_map(places)
    if isinstance(value, dict):
        return {name: _filled(inner, places) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, places) for inner in value]
    return value


def _missing(name: str, value: str) -> str:
    """An id like this one that nothing has."""
    if name == "number":
        return f"{value.partition('-')[0]}-987654"
    if name == "dead_letter_id":
        return f"{value.partition(':')[0]}:{new_id('inc')}:1000"
    if name in ("domain", "email"):
        return f"{_word()}.example" if name == "domain" else f"{_word()}@{_word()}.example"
    found = _ID.fullmatch(value)
    return new_id(found[1]) if found else _word()


def _fresh() -> Ids:
    word = _word()
    return {"fresh": word, "FRESH": word[:8].upper()}


def _word() -> str:
    return "w" + secrets.token_hex(6)


def compact(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
