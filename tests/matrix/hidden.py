"""Collections that no surface shows: what they hold only steers what services do. Their stores are asked directly.

Each entry writes something for one tenant and gives a question whose answer is True when another tenant's scope
meets it. Every question must be answered False, and True once the collection is blinded.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chassis import clock
from chassis.errors import NotFound
from chassis.ids import new_id
from chassis.mongo import ScopedCollection
from chassis.tenancy import TenantScope
from services.gateway.auth.credentials import Credentials
from services.gateway.auth.grants import Grants, Revocations, Subject
from services.gateway.auth.sessions import Sessions
from services.incidents.domain.attachment import Attachment
from services.incidents.domain.catalog import CatalogItem, Contents
from services.incidents.domain.closing import DEFAULT_RULES, ClosingRules
from services.incidents.domain.incident import Actor
from services.incidents.domain.major.record import MajorState
from services.incidents.domain.major.status import StatusAddress
from services.incidents.domain.major.update import Update
from services.incidents.domain.threading import Thread, Tie
from services.incidents.store import (
    CatalogStore,
    FileStore,
    MailThreadStore,
    MajorUpdateStore,
    RuleStore,
    StatusAddressStore,
)
from services.intake.domain.alerts.delivery import Delivery as AlertDelivery
from services.intake.domain.alerts.delivery import State as AlertState
from services.intake.domain.forms import Definition, Field, Form, Kind, Words
from services.intake.store import FormStore
from services.intake.store.alerts import DeliveryStore, Indexes
from services.knowledge.store import FeedbackStore
from services.notify.domain.suppression import suppressed_by_staff
from services.notify.store import SuppressionStore
from services.sla.domain.statements.credit import CreditTerms
from services.sla.domain.statements.objection import Contest, Somebody
from services.sla.store import CreditBookStore, ObjectionStore, StatementLineStore
from services.triage.domain.learning.advice import Aspect
from services.triage.ports import Heard
from services.triage.store import LessonStore
from tests.matrix.platform import Platform

Question = Callable[[], bool]
# Searched before, or without, anybody knowing whose it is: by a sweep, or by a secret's hash.
SYSTEM_ONLY = (
    *(("intake", name) for name in ("arrivals", "arrival_chunks", "fingerprints", "providers")),
    *(("gateway", name) for name in ("codes", "dead_letters")),
    ("sla", "late_facts"),
)


def _rooms() -> tuple[TenantScope, TenantScope]:
    """Two tenants that nobody else has heard of."""
    unique = secrets.token_hex(6)
    return TenantScope(f"prv_a{unique}", f"ten_a{unique}"), TenantScope(f"prv_b{unique}", f"ten_b{unique}")


def _person() -> str:
    return f"per_{secrets.token_hex(6)}"


def mail_threads(platform: Platform) -> Question:
    (mine, other), store = _rooms(), MailThreadStore(platform.database("incidents"))
    store.record(mine, {f"{mine.tenant_id}@x": Thread("inc_1", Tie.SENT)}, clock.now())
    return lambda: bool(store.find(other, [f"{mine.tenant_id}@x"]))


def closing_rules(platform: Platform) -> Question:
    (mine, other), store = _rooms(), RuleStore(platform.database("incidents"))
    store.keep(mine, "ctr_1", 1, ClosingRules(timedelta(days=70), timedelta(days=80), clock.now()))
    return lambda: store.at(other, clock.now()) != DEFAULT_RULES


def major_updates(platform: Platform) -> Question:
    """Read of a major incident that was looked for before, and of a status page's own client."""
    mine, other = _rooms()
    store, major_id = MajorUpdateStore(platform.database("incidents")), new_id("maj")
    update = Update(
        update_id=new_id("upd"),
        provider_id=mine.provider_id,
        major_id=major_id,
        create_time=clock.now(),
        author=Actor("person:per_1"),
        state=MajorState.DECLARED,
        rows=(),
        counted=True,
    )
    store.add(update)
    theirs = TenantScope(other.provider_id, other.provider_id)
    return lambda: bool(store.of_majors(theirs, [major_id]) or store.find(theirs, update.update_id))


def status_addresses(platform: Platform) -> Question:
    """Asked for one client, whom the directory was asked about before."""
    mine, other = _rooms()
    store = StatusAddressStore(platform.database("incidents"))
    made = StatusAddress(secrets.token_hex(16), mine.provider_id, mine.tenant_id, clock.now())
    store.put(mine, made)
    return lambda: store.of_tenant(other) is not None


def form_versions(platform: Platform) -> Question:
    """Read by whoever sees the form: their own filter is a second lock."""
    (mine, other), store = _rooms(), FormStore(platform.database("intake"))
    now, form_id = clock.now(), f"frm_{secrets.token_hex(6)}"
    asked = Definition(Words("T"), fields=(Field("a", Kind.TEXT, Words("A")),))
    form = store.add(Form(form_id, mine.provider_id, mine.tenant_id, asked, now, now))
    store.save(form.published(now))

    def finds_it() -> bool:
        try:
            store.version(other, form_id, 1)
        except NotFound:
            return False
        return True

    return finds_it


def catalog_versions(platform: Platform) -> Question:
    """Read by whoever sees the item: their own filter is a second lock."""
    store, now, item_id = CatalogStore(platform.database("incidents")), clock.now(), new_id("cat")
    contents = Contents(name={"en": "T"}, summary={}).checked()
    item = CatalogItem(
        item_id=item_id, provider_id="prv_one", contents=contents, create_time=now, update_time=now
    )
    store.add(item)

    def finds_it() -> bool:
        try:
            store.version(TenantScope("prv_two", "prv_two"), item_id, 1)
        except NotFound:
            return False
        return True

    return finds_it


def files(platform: Platform) -> Question:
    """Read by whoever sees the incident that names them, so that their own filter is a second lock."""
    (_mine, other), store, attachment_id = _stored_file(platform)

    def finds_it() -> bool:
        try:
            store.get(other, attachment_id)
        except NotFound:
            return False
        return True

    return finds_it


def chunks(platform: Platform) -> Question:
    (_mine, other), store, attachment_id = _stored_file(platform)
    return lambda: bool(list(store.chunks(other, attachment_id)))


def _stored_file(platform: Platform) -> tuple[tuple[TenantScope, TenantScope], FileStore, str]:
    rooms, store = _rooms(), FileStore(platform.database("incidents"))
    now, file = clock.now(), Attachment(f"att_{secrets.token_hex(6)}", "a.txt", "text/plain", 1, "ab")
    store.begin(rooms[0], file.attachment_id, file.name, "person:per_1", now, now + timedelta(hours=1))
    store.append(rooms[0], file.attachment_id, 0, [b"x"])
    store.finish(rooms[0], file, "")
    return rooms, store, file.attachment_id


def feedback(platform: Platform) -> Question:
    (mine, other), store = _rooms(), FeedbackStore(platform.database("knowledge"))
    article_id = f"art_{mine.tenant_id}"
    store.put(mine, article_id, "per_1", True, clock.now())
    return lambda: store.counts(other, [article_id])[article_id] != (0, 0)


def bounces(platform: Platform) -> Question:
    (mine, other), store = _rooms(), SuppressionStore(platform.database("notify"))
    now, address = clock.now(), f"{mine.tenant_id}@x"
    store.save(suppressed_by_staff(store.of(mine, address, now), now))
    # A batch of mails is asked about at once; what it answers is parted by tenant again, a page is not.
    return lambda: bool(store.page(other, 5, "", address)[0])


def lessons(platform: Platform) -> Question:
    (mine, other), store = _rooms(), LessonStore(platform.database("triage"))
    heard = Heard("inc_1" + mine.tenant_id, mine.provider_id, mine.tenant_id, 1, clock.now())
    store.hear([replace(heard, text="their words"), replace(heard, labels={Aspect.CATEGORY: "network"})])
    return lambda: any(one.text == "their words" for one in store.of(other, Aspect.CATEGORY, 10))


def statement_lines(platform: Platform) -> Question:
    """Read by whoever sees their statement: their own filter is a second lock. The same holds for the next two."""
    (mine, other), store = _rooms(), StatementLineStore(platform.database("sla"))
    line = {"incident_id": f"inc_{mine.tenant_id}", "target": "resolution", "cycle": 1, "outcome": "met"}
    store.put(mine, f"stm_{mine.tenant_id}", 1, [line])
    return lambda: bool(store.page(other, f"stm_{mine.tenant_id}", 1, "", "", 5))


def contests(platform: Platform) -> Question:
    (mine, other), store = _rooms(), ObjectionStore(platform.database("sla"))
    incident_id = f"inc_{mine.tenant_id}"
    store.contest(mine, Contest(incident_id, "2000", Somebody("person:per_1"), "Why?", clock.now()))
    return lambda: bool(store.contests(other, [incident_id]))


def credit_terms(platform: Platform) -> Question:
    (mine, other), store = _rooms(), CreditBookStore(platform.database("sla"))
    contract_id = f"ctr_{mine.tenant_id}"
    terms = CreditTerms(
        contract_id, mine.provider_id, mine.tenant_id, "EUR", 1, (), effective_time=clock.now()
    )
    store.add_version(mine, terms)
    return lambda: bool(store.versions(other, contract_id))


def alert_deliveries(platform: Platform) -> Question:
    """Read by whoever sees their source."""
    (mine, other), store = _rooms(), DeliveryStore(platform.database("intake"), Indexes())
    now, source_id = clock.now(), f"als_{mine.tenant_id}"
    owner = (mine.provider_id, mine.tenant_id)
    store.keep(
        AlertDelivery(new_id("ald"), *owner, source_id, now, b"{", "", AlertState.RECEIVED).refused("bad", "")
    )
    return lambda: bool(store.latest(other, source_id, 5))


def sessions(platform: Platform) -> Question:
    (mine, other), person_id = _rooms(), _person()
    store = Sessions(_collection(platform, "sessions"), platform.settings, clock.now)
    store.start(mine.provider_id, person_id)
    return lambda: store.end_all(other.provider_id, person_id) > 0


def credentials(platform: Platform) -> Question:
    (mine, other), person_id = _rooms(), _person()
    store = _credentials(platform)
    store.set_password(mine.provider_id, person_id, "correct horse battery")
    return lambda: store.has_password(other.provider_id, person_id)


def password_links(platform: Platform) -> Question:
    (mine, other), person_id = _rooms(), _person()
    store = _credentials(platform)
    token = store.make_link(mine.provider_id, person_id)

    def ends_anothers_link() -> bool:
        store.make_link(other.provider_id, person_id)
        try:
            store.holder(token)
        except NotFound:
            return True
        return False

    return ends_anothers_link


def refresh_tokens(platform: Platform) -> Question:
    (mine, other), person_id = _rooms(), _person()
    revocations = Revocations(platform.gateway.auth.grants.revocations._collection, clock.now)
    codes, tokens = _collection(platform, "codes"), _collection(platform, "refresh_tokens")
    store = Grants(codes, tokens, revocations, platform.settings, clock.now)
    token = secrets.token_urlsafe(16)
    subject = Subject(mine.provider_id, person_id, secrets.token_urlsafe(8))
    store.save_refresh_token(token, subject, "cli_1", "incidents:read")

    def ends_anothers_token() -> bool:
        store.revoke_person(other.provider_id, person_id)
        found = store.find_refresh_token(token)
        return found is None or found.revoked

    return ends_anothers_token


def _collection(platform: Platform, name: str) -> ScopedCollection:
    return ScopedCollection(platform.database("gateway")[name])


def _credentials(platform: Platform) -> Credentials:
    people: Any = platform.gateway.directory
    links = _collection(platform, "password_links")
    return Credentials(_collection(platform, "credentials"), links, people, platform.settings, clock.now)


HIDDEN: dict[tuple[str, str], Callable[[Platform], Question]] = {
    ("intake", "form_versions"): form_versions,
    ("incidents", "mail_threads"): mail_threads,
    ("incidents", "catalog_versions"): catalog_versions,
    ("incidents", "closing_rules"): closing_rules,
    ("incidents", "major_updates"): major_updates,
    ("incidents", "status_addresses"): status_addresses,
    ("incidents", "attachments.files"): files,
    ("incidents", "attachments.chunks"): chunks,
    ("intake", "alert_deliveries"): alert_deliveries,
    ("knowledge", "feedback"): feedback,
    ("notify", "bounces"): bounces,
    ("triage", "lessons"): lessons,
    ("sla", "statement_lines"): statement_lines,
    ("sla", "contests"): contests,
    ("sla", "credit_terms"): credit_terms,
    ("gateway", "sessions"): sessions,
    ("gateway", "credentials"): credentials,
    ("gateway", "password_links"): password_links,
    ("gateway", "refresh_tokens"): refresh_tokens,
}
