"""Many configuration items at once: each row for itself, with what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from chassis.errors import AlreadyExists, FairleadError, InvalidArgument
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain.configuration_item import (
    ConfigurationItem,
    Relation,
    RelationKind,
    check_relations,
    checked,
    name_key,
    name_keys,
)
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import Clock, ConfigurationItems, NewId
from services.incidents.use_cases.configuration_items import (
    ItemView,
    KeepItems,
    find_called,
    item_unknown,
)

MOST_ROWS = 1_000
_FIELDS = frozenset(one.name for one in fields(ConfigurationItem))


@dataclass(frozen=True, slots=True)
class Row:
    """What is to be; relations name the others."""

    item: ConfigurationItem
    relations: tuple[tuple[RelationKind, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RowResult:
    """outcome: created, updated, unchanged or refused, then with the error."""

    outcome: str
    item_id: str = ""
    error: FairleadError | None = None


class ImportItems:
    """A name that is known in the owner's room changes that item; a field that the rows do not speak of stays."""

    def __init__(self, keeping: KeepItems, items: ConfigurationItems, new_id: NewId, clock: Clock) -> None:
        self._keeping = keeping
        self._items = items
        self._new_id = new_id
        self._clock = clock

    def run(
        self,
        caller: Caller,
        tenant_id: str,
        shared: bool,
        rows: Sequence[Row],
        spoken: Iterable[str],
        dry_run: bool,
    ) -> list[RowResult]:
        """One result for each row, in order. spoken: the fields that the rows speak of."""
        if len(rows) > MOST_ROWS:
            message = f"At most {MOST_ROWS} rows at once."
            raise InvalidArgument("too_many", message, field="rows", limit=MOST_ROWS)
        owner = self._keeping.owner(caller, tenant_id, shared)
        plan = _Plan(self._known(caller, owner, rows), owner, frozenset(spoken) & _FIELDS)
        for place, row in enumerate(rows):
            plan.read(place, row, self._new_id, self._clock())
        plan.relate(rows, ItemView(self._items, caller))
        if not dry_run:
            self._save(caller, plan)
        return [plan.result(place) for place in range(len(rows))]

    def _known(self, caller: Caller, owner: TenantScope, rows: Sequence[Row]) -> "_Known":
        own = set(name_keys(row.item.name for row in rows))
        ids = {key: one for (_, key), one in self._items.called({owner: own} if own else {}).items()}
        targets = find_called(self._items, caller, owner, [name for row in rows for _, name in row.relations])
        return _Known(ids, self._items.load_many(owner, set(ids.values())), targets)

    def _save(self, caller: Caller, plan: "_Plan") -> None:
        new, changed = plan.coming_to("created"), plan.coming_to("updated")
        saved = self._items.put_many(list(new.values()), list(changed.values()), actor_of(caller), caller)
        for place, item in (new | changed).items():
            if item.item_id not in saved:
                message = "Another item in use has that name, or somebody else changed it first."
                plan.refuse(place, AlreadyExists("item_name_taken", message, field="name"))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is there: the owner's items by id, their ids by key, and by key what relations lead to."""

    ids: Mapping[str, str]
    items: Mapping[str, ConfigurationItem]
    targets: Mapping[str, str]

    def own(self, name: str) -> ConfigurationItem | None:
        return self.items.get(self.ids.get(name_key(name), ""))


class _Plan:
    """What each row comes to, before anything is saved."""

    def __init__(self, known: _Known, owner: TenantScope, spoken: frozenset[str]) -> None:
        self._known = known
        self._owner = owner
        self._spoken = spoken
        self.items: dict[int, ConfigurationItem] = {}
        self.outcome: dict[int, str] = {}
        self._errors: dict[int, FairleadError] = {}
        self._by_key: dict[str, int] = {}
        self._coming: dict[str, ConfigurationItem] = {}
        self._called: dict[str, str] = {}

    def read(self, place: int, row: Row, new_id: NewId, now: Any) -> None:
        kept = self._known.own(row.item.name)
        try:
            if kept is None:
                made = replace(
                    row.item,
                    item_id=new_id("cfi"),
                    provider_id=self._owner.provider_id,
                    tenant_id=self._owner.tenant_id,
                    create_time=now,
                    update_time=now,
                )
                item = checked(made)
            else:
                spoken: dict[str, Any] = {
                    name: getattr(row.item, name) for name in self._spoken - {"relations"}
                }
                # It keeps the name that it has: the row may have found it by another one.
                spoken |= {"name": kept.name, "update_time": now}
                item = checked(replace(kept, **spoken))
            key = item.item_id if kept else name_key(item.name)
            if key in self._by_key:
                message = f"Row {self._by_key[key] + 1} is about the same item."
                raise InvalidArgument("row_repeated", message, field="name")
        except FairleadError as error:
            self.refuse(place, error)
            return
        self._by_key[key] = place
        self.items[place] = item
        self.outcome[place] = "updated" if kept else "created"

    def relate(self, rows: Sequence[Row], view: ItemView) -> None:
        """Sets relations, refusing rows that name what will not be there; and tells what changes nothing."""
        refused = -1
        while refused != len(self._errors):
            refused = len(self._errors)
            # Those of this import, by id and by each of their names.
            self._coming = {one.item_id: one for one in self.items.values()}
            self._called = {key: one.item_id for one in self.items.values() for key in one.keys}
            for place in list(self.items):
                if self.outcome[place] == "created" or "relations" in self._spoken:
                    self._relate(place, rows[place], view)
        for place, item in self.items.items():
            kept = self._known.items.get(item.item_id)
            if kept is not None and not item.differs_from(kept):
                self.outcome[place] = "unchanged"

    def _relate(self, place: int, row: Row, view: ItemView) -> None:
        item = self.items[place]

        def load(ids: Iterable[str]) -> dict[str, ConfigurationItem]:
            wanted = set(ids)
            mine = {key: self._coming[key] for key in wanted & self._coming.keys()}
            return mine | view.load_many(wanted - self._coming.keys())

        try:
            relations = tuple(Relation(kind, self._target(name)) for kind, name in row.relations)
            related = checked(replace(item, relations=relations))
            check_relations(related, load({one.item_id for one in relations}), load)
        except FairleadError as error:
            self.refuse(place, error)
            self._coming.pop(item.item_id)
            self._called = {key: one for key, one in self._called.items() if one != item.item_id}
        else:
            self.items[place] = self._coming[item.item_id] = related

    def _target(self, name: str) -> str:
        # One that is there already is found even where its row was refused: it stays as it is.
        target = self._called.get(name_key(name)) or self._known.targets.get(name_key(name), "")
        if not target:
            raise item_unknown(name, "relations")
        return target

    def coming_to(self, outcome: str) -> dict[int, ConfigurationItem]:
        """By the places of their rows."""
        return {place: item for place, item in self.items.items() if self.outcome[place] == outcome}

    def refuse(self, place: int, error: FairleadError) -> None:
        self.items.pop(place, None)
        self._errors[place] = error

    def result(self, place: int) -> RowResult:
        if place in self._errors:
            return RowResult("refused", error=self._errors[place])
        return RowResult(self.outcome[place], self.items[place].item_id)
