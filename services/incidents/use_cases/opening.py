"""Opens incidents: a number reserved for the submission, then the record with its event in one write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chassis.errors import FairleadError, Unavailable
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain.approval import Roster
from services.incidents.domain.catalog import CatalogItem
from services.incidents.domain.configuration_item import name_key, name_keys
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Actor
from services.incidents.domain.number import format_number
from services.incidents.domain.opening import named_item, open_incident
from services.incidents.domain.ordering import ordered
from services.incidents.domain.submission import Submission
from services.incidents.ports import Clock, ConfigurationItems, Filed, Incidents, NewId, Numbers, Tenants
from services.incidents.ports.orders import Approvers, Catalog
from services.incidents.use_cases.catalog import items_of

# More rounds than one are needed only when a sweep voids a number under our hands.
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What is to be opened, by whom, which ended incident it follows, which it may belong to, and as a client's part of
    which major incident, by id and number ("" for none).
    """

    submission: Submission
    actor: Actor
    follows_incident_id: str = ""
    may_belong_to: str = ""
    major: tuple[str, str] = ("", "")


class Opening:
    """Idempotent by submission: the number is reserved under its id, and no two records may hold it."""

    def __init__(
        self,
        incidents: Incidents,
        numbers: Numbers,
        tenants: Tenants,
        catalog: Catalog,
        approvers: Approvers,
        items: ConfigurationItems,
        new_id: NewId,
        clock: Clock,
    ) -> None:
        self._incidents = incidents
        self._numbers = numbers
        self._tenants = tenants
        self._catalog = catalog
        self._approvers = approvers
        self._new_id = new_id
        self._clock = clock
        self._items = items

    def open_many(
        self, scope: TenantScope, wanted: Sequence[NewIncident], caller: Caller
    ) -> dict[str, Filed]:
        """Opens several of one tenant; where each submission went, by its id.

        Raises NotFound("tenant_not_found") and Unavailable; what was opened until then is found by a repetition.
        """
        opened = self.open_across({scope: wanted}, caller)[scope]
        if isinstance(opened, FairleadError):
            raise opened
        return opened

    def open_across(
        self, wanted: Mapping[TenantScope, Sequence[NewIncident]], caller: Caller
    ) -> dict[TenantScope, dict[str, Filed] | FairleadError]:
        """Opens several of several tenants of one provider in one write; where each went, or why its tenant has none.

        Raises Unavailable when nothing could be saved.
        """
        missing = {
            scope: {new.submission.submission_id: new for new in batch} for scope, batch in wanted.items()
        }
        filed: dict[TenantScope, dict[str, Filed]] = {scope: {} for scope in wanted}
        failed: dict[TenantScope, FairleadError] = {}
        for _ in range(_ROUNDS):
            missing = {scope: left for scope, left in missing.items() if left and scope not in failed}
            if not missing:
                break
            self._save(self._changes(missing, failed), caller, filed)
            self._look_again(missing, filed, failed)
        exhausted = Unavailable("number_unavailable", "No number could be had just now.")
        failed |= {scope: exhausted for scope, left in missing.items() if left and scope not in failed}
        return filed | failed

    def _save(
        self,
        changes: Mapping[tuple[TenantScope, str], Change],
        caller: Caller,
        filed: dict[TenantScope, dict[str, Filed]],
    ) -> None:
        saved = self._incidents.create_many(list(changes.values()), caller)
        for ((scope, key), change), is_saved in zip(changes.items(), saved, strict=True):
            if is_saved:
                filed[scope][key] = _filed(change)
                self._numbers.settle(scope, [key])

    def _look_again(
        self,
        missing: dict[TenantScope, dict[str, NewIncident]],
        filed: dict[TenantScope, dict[str, Filed]],
        failed: Mapping[TenantScope, FairleadError],
    ) -> None:
        """Drops from `missing` what is filed by now, by us or by somebody who was faster."""
        for scope, left in missing.items():
            missing[scope] = left = {key: new for key, new in left.items() if key not in filed[scope]}
            if not left or scope in failed:
                continue
            filed[scope] |= self._incidents.find_filed(scope, left)
            missing[scope] = left = {key: new for key, new in left.items() if key not in filed[scope]}
            # Neither saved nor there: its number was voided in the meantime. It gets another.
            self._numbers.settle(scope, left)

    def forget_tenant(self, tenant_id: str) -> None:
        """The tenant changed: its prefix is asked for anew."""
        self._tenants.forget(tenant_id)

    def _changes(
        self,
        wanted: Mapping[TenantScope, Mapping[str, NewIncident]],
        failed: dict[TenantScope, FairleadError],
    ) -> dict[tuple[TenantScope, str], Change]:
        """What is to be saved; a tenant that has no numbers is noted as failed."""
        prefixes: dict[TenantScope, str] = {}
        items: dict[TenantScope, dict[str, tuple[CatalogItem, Roster]]] = {}
        for scope, batch in wanted.items():
            try:
                items[scope] = self._ordered(
                    scope, [new.submission.catalog_item_id for new in batch.values()]
                )
                prefixes[scope] = self._tenants.number_prefix(scope)
            except FairleadError as error:
                failed[scope] = error
        now = self._clock()
        named = self._named({scope: wanted[scope] for scope in prefixes})
        positions = self._numbers.reserve_across({scope: list(wanted[scope]) for scope in prefixes}, now)
        changes: dict[tuple[TenantScope, str], Change] = {}
        for scope, prefix in prefixes.items():
            for key, new in wanted[scope].items():
                change = open_incident(
                    new.submission,
                    provider_id=scope.provider_id,
                    incident_id=self._new_id("inc"),
                    number=format_number(prefix, positions[scope][key]),
                    actor=new.actor,
                    now=now,
                    follows_incident_id=new.follows_incident_id,
                    may_belong_to=new.may_belong_to,
                    item=_item(named, scope.tenant_id, new),
                    major=new.major,
                )
                order = items[scope].get(new.submission.catalog_item_id)
                changes[scope, key] = (
                    ordered(change, *order, now, new.submission.ordered_by) if order else change
                )
        return changes

    def _ordered(self, scope: TenantScope, item_ids: Iterable[str]) -> dict[str, tuple[CatalogItem, Roster]]:
        """What is ordered of the catalog, and who may approve it."""
        items = items_of(self._catalog, scope, item_ids)
        return {
            item_id: (item, self._approvers.roster(scope, item.contents.steps))
            for item_id, item in items.items()
        }

    def _named(
        self, wanted: Mapping[TenantScope, Mapping[str, NewIncident]]
    ) -> Mapping[tuple[str, str], str]:
        """The clients' configuration items of the names that came along, as they are known now."""
        names = {
            scope: set(name_keys(named_item(new.submission) for new in batch.values()))
            for scope, batch in wanted.items()
        }
        named = {scope: keys for scope, keys in names.items() if keys}
        return self._items.called(named) if named else {}


def _item(
    named: Mapping[tuple[str, str], str], tenant_id: str, new: NewIncident
) -> tuple[str, tuple[str, ...]]:
    """Which of the found items is named, and all its names."""
    item_id = named.get((tenant_id, name_key(named_item(new.submission))), "")
    return item_id, tuple(key for (_, key), found in named.items() if item_id and found == item_id)


def _filed(change: Change) -> Filed:
    return Filed(change.after.incident_id, change.after.number, joined=False, opened=change.after)
