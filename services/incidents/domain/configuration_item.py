"""Configuration items: what can be down, whose it is, what it is called, and what it hangs on."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from chassis.errors import InvalidArgument, InvalidState, NotFound
from services.incidents.domain.incident import Actor

TYPES = ("server", "service", "network", "application", "workstation", "other")
MAX_NAME, MAX_TYPE, MAX_VALUE, MAX_DESCRIPTION = 200, 40, 500, 5_000
MOST_ALIASES, MOST_ATTRIBUTES, MOST_RELATIONS = 50, 50, 200
_TYPE = re.compile(r"[^\W_][\w &/+.-]*")
# A chain of the kind that may not lead back to its beginning is not followed for longer.
_LONGEST_CHAIN = 1_000


class ItemState(StrEnum):
    """Whether it is there."""

    IN_USE = "in_use"
    RETIRED = "retired"


class Criticality(StrEnum):
    """How much is lost while it is down."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class RelationKind(StrEnum):
    """How one item is tied to another."""

    DEPENDS_ON = "depends_on"
    RUNS_ON = "runs_on"
    PART_OF = "part_of"
    CONNECTS_TO = "connects_to"


# Nothing runs on itself, by whatever way, nor is it a part of its own part. Two services may well need each other.
ACYCLIC = frozenset({RelationKind.RUNS_ON, RelationKind.PART_OF})


@dataclass(frozen=True, slots=True)
class Relation:
    """To another item."""

    kind: RelationKind
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationItem:
    """One item at a revision. Shared ones are the provider's: they lie in its own room, named like the provider."""

    item_id: str
    provider_id: str
    tenant_id: str
    type: str
    name: str
    create_time: datetime
    update_time: datetime
    aliases: tuple[str, ...] = ()
    description: str = ""
    criticality: Criticality = Criticality.MEDIUM
    attributes: Mapping[str, str] = field(default_factory=dict)
    state: ItemState = ItemState.IN_USE
    relations: tuple[Relation, ...] = ()
    revision: int = 1

    @property
    def is_shared(self) -> bool:
        return self.tenant_id == self.provider_id

    @property
    def is_in_use(self) -> bool:
        return self.state is ItemState.IN_USE

    @property
    def keys(self) -> tuple[str, ...]:
        """By what it is found; nothing once it is retired, so that what replaces it may have its name."""
        return name_keys((self.name, *self.aliases)) if self.is_in_use else ()

    def differs_from(self, other: "ConfigurationItem") -> bool:
        """Whether more than times and revision differ."""
        times = {name: getattr(other, name) for name in ("create_time", "update_time", "revision")}
        return replace(self, **times) != other


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """Who changed which of its fields, and when; none of them: it was made."""

    time: datetime
    actor: Actor
    changed: tuple[str, ...] = ()


def name_key(name: str) -> str:
    """Names are the same whatever the case of their letters and however they are spaced."""
    return " ".join(name.split()).casefold()


def name_keys(names: Iterable[str]) -> tuple[str, ...]:
    """Each once."""
    return tuple(dict.fromkeys(filter(None, map(name_key, names))))


def checked(item: ConfigurationItem) -> ConfigurationItem:
    """The same, trimmed. Raises InvalidArgument naming the field."""
    name = _line("name", item.name, MAX_NAME, needed=True)
    kind = _line("type", item.type, MAX_TYPE, needed=True).casefold()
    if not _TYPE.fullmatch(kind):
        raise InvalidArgument(
            "type_invalid", "A word or two, beginning with a letter or digit.", field="type"
        )
    aliases = _aliases(name, item.aliases)
    if len(item.attributes) > MOST_ATTRIBUTES:
        raise _too_many("attributes", MOST_ATTRIBUTES)
    attributes = {
        _line("attributes", key, MAX_TYPE, needed=True): _line("attributes", value, MAX_VALUE)
        for key, value in item.attributes.items()
    }
    description = item.description.strip()
    if len(description) > MAX_DESCRIPTION:
        raise _too_long("description", MAX_DESCRIPTION)
    relations = tuple(dict.fromkeys(item.relations))
    if len(relations) > MOST_RELATIONS:
        raise _too_many("relations", MOST_RELATIONS)
    if any(one.item_id == item.item_id for one in relations):
        raise InvalidArgument("relation_to_itself", "It is not tied to itself.", field="relations")
    return replace(
        item,
        name=name,
        type=kind,
        aliases=aliases,
        attributes=attributes,
        description=description,
        relations=relations,
    )


def check_relations(
    item: ConfigurationItem,
    others: Mapping[str, ConfigurationItem],
    load: Callable[[Collection[str]], Mapping[str, ConfigurationItem]],
) -> None:
    """others: by id, those of the item's relations that exist for whoever says so. load: any, by id.

    Another client's is not found. Raises NotFound("configuration_item_not_found"),
    InvalidArgument("relation_of_shared"), InvalidState("relation_leads_back").
    """
    for relation in item.relations:
        other = others.get(relation.item_id)
        if other is None or not (other.is_shared or other.tenant_id == item.tenant_id):
            if item.is_shared and other is not None:
                message = "What is shared hangs on what is shared: a client's item is that client's affair."
                raise InvalidArgument("relation_of_shared", message, field="relations")
            raise NotFound("configuration_item_not_found", "There is no such configuration item.")
    for kind in ACYCLIC:
        if leads_back(item, kind, load):
            message = f"By “{kind.replace('_', ' ')}” it would lead back to itself."
            raise InvalidState("relation_leads_back", message, kind=kind)


def leads_back(
    item: ConfigurationItem,
    kind: RelationKind,
    load: Callable[[Collection[str]], Mapping[str, ConfigurationItem]],
) -> bool:
    """Whether following relations of one kind comes back to the item."""
    seen: set[str] = set()
    ahead = _targets(item, kind)
    while ahead and len(seen) < _LONGEST_CHAIN:
        if item.item_id in ahead:
            return True
        seen |= ahead
        ahead = {target for one in load(sorted(ahead)).values() for target in _targets(one, kind)} - seen
    return False


def may_be_named(item: ConfigurationItem, tenant_id: str) -> bool:
    """Whether an incident of this client may be about it."""
    return item.is_shared or item.tenant_id == tenant_id


def _targets(item: ConfigurationItem, kind: RelationKind) -> set[str]:
    return {one.item_id for one in item.relations if one.kind is kind}


def _aliases(name: str, given: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for alias in given:
        line = _line("aliases", alias, MAX_NAME)
        if line and name_key(line) != name_key(name):
            found.setdefault(name_key(line), line)
    if len(found) > MOST_ALIASES:
        raise _too_many("aliases", MOST_ALIASES)
    return tuple(found.values())


def _line(field: str, text: str, limit: int, needed: bool = False) -> str:
    line = " ".join(text.split())
    if needed and not line:
        raise InvalidArgument("value_missing", f"{field} is needed.", field=field)
    if len(line) > limit:
        raise _too_long(field, limit)
    return line


def _too_long(field: str, limit: int) -> InvalidArgument:
    return InvalidArgument(
        "value_too_long", f"{field} may have {limit} characters at most.", field=field, limit=limit
    )


def _too_many(field: str, limit: int) -> InvalidArgument:
    return InvalidArgument("too_many", f"At most {limit} {field}.", field=field, limit=limit)
