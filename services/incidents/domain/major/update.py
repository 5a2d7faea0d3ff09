"""Updates to the clients: what each is told, kept with what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidArgument
from services.incidents.domain import texts
from services.incidents.domain.incident import Actor
from services.incidents.domain.major import wording
from services.incidents.domain.major.naming import others_named
from services.incidents.domain.major.record import Major, MajorState
from services.incidents.domain.major.wording import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one client is told. sent: it was; error_reason: why it could not be."""

    tenant_id: str
    incident_id: str
    number: str
    title: str
    locale: str
    text: str
    overridden: bool = False
    # Other clients of whom it speaks.
    names_others: tuple[str, ...] = ()
    sent: bool = False
    error_reason: str = ""

    @property
    def is_open(self) -> bool:
        return not (self.sent or self.error_reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update, decided once; rows are told one after the other."""

    update_id: str
    provider_id: str
    major_id: str
    create_time: datetime
    author: Actor
    state: MajorState
    rows: tuple[Row, ...]
    next_update_time: datetime | None = None
    resolution_code: str = ""
    counted: bool = False
    revision: int = 0

    @property
    def is_open(self) -> bool:
        return not self.counted or any(row.is_open for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to be told. texts: by language; overrides: by tenant."""

    texts: Mapping[str, str]
    overrides: Mapping[str, str]
    resolution_code: str = ""


def rows_for(
    major: Major,
    wish: Wish,
    readers: Mapping[str, Reader],
    next_update: datetime | None,
    neighbors: Sequence[Reader] = (),
) -> tuple[Row, ...]:
    """What each client would read, and which of the others it would read of; neighbors: those that it does not touch.

    Raises InvalidArgument, naming what is wrong, for anybody at all.
    """
    touched = major.touched
    strangers = set(wish.overrides) - {one.tenant_id for one in touched}
    if strangers:
        raise InvalidArgument("affected_not_found", "There is no such client here.", field="overrides")
    for locale, text in wish.texts.items():
        wording.check(locale, text)
    others = [*readers.values(), *neighbors]
    made = []
    for one in touched:
        reader = readers[one.tenant_id]
        own = wish.overrides.get(one.tenant_id, "").strip()
        if own:
            locale, text = reader.locale[:2] if reader.locale[:2] in wording.LANGUAGES else "en", own
            texts.required("overrides", own, wording.MAX_TEXT)
        else:
            locale, text = wording.text_for(reader, wish.texts)
        said = wording.filled(text, locale, reader, one.number, one.title, next_update)
        made.append(
            Row(
                tenant_id=one.tenant_id,
                incident_id=one.incident_id,
                number=one.number,
                title=one.title,
                locale=locale,
                text=said,
                overridden=bool(own),
                names_others=others_named(f"{said}\n{one.title}", reader, others),
            )
        )
    return tuple(made)


def told(update: Update, tenant_id: str, error_reason: str) -> Update:
    """One row's result."""
    rows = tuple(
        replace(row, sent=not error_reason, error_reason=error_reason) if row.tenant_id == tenant_id else row
        for row in update.rows
    )
    return replace(update, rows=rows)


def of_tenants(update: Update, tenant_ids: Sequence[str] | frozenset[str] | None) -> Update:
    """The rows of these clients; None: all."""
    if tenant_ids is None:
        return update
    own = (row for row in update.rows if row.tenant_id in tenant_ids)
    # Of whom else it speaks was for whoever is granted them all.
    return replace(update, rows=tuple(replace(row, names_others=()) for row in own))
