"""The directory's stores on a real MongoDB."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis import clock, mongo
from chassis.errors import AlreadyExists, NotFound, RevisionConflict
from chassis.ids import new_id
from chassis.tenancy import Caller, GrantedScope, Role, SystemScope, TenantScope
from chassis.tokens import CallerSigner, make_keys
from services.directory import store
from services.directory.config import DirectorySettings
from services.directory.domain.brand import new_brand
from services.directory.domain.facts import BrandChanged, MailDomainChanged, PersonChanged, TenantCreated
from services.directory.domain.mail import MailDomain
from services.directory.domain.person import Grant, GrantRole, Membership, MembershipRole, new_person
from services.directory.domain.tenant import new_tenant
from services.directory.ports import Change

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ANY = SystemScope("a test looks at everything")


class Stores:
    def __init__(self, settings: DirectorySettings) -> None:
        database = mongo.connect(settings)
        signer = CallerSigner.load(settings.key_dir, "directory")
        self.tenants = store.TenantStore(database, signer)
        self.mail_domains = store.MailDomainStore(database, signer)
        self.brands = store.BrandStore(database, signer)
        self.people = store.PersonStore(database, signer)
        store.prepare()

    def add_person(self, provider="prv_1", name="Jane", tenants=(), grants=()):
        person = new_person(
            new_id("per"), provider, email=f"{name}@{provider}.example".replace("_", ""), display_name=name, now=NOW,
            memberships=[Membership(tenant, MembershipRole.REQUESTER) for tenant in tenants], grants=grants,
        )  # fmt: skip
        return self.people.add(person, by(PersonChanged(person)))

    def add_tenant(self, tenant_id="ten_a", provider="prv_1", **fields):
        usual = {
            "name": "A",
            "slug": tenant_id.replace("_", "-"),
            "number_prefix": tenant_id[4:].upper() + "X",
        }
        values = {"locale": "en", "time_zone": "UTC", "support_address": "", "now": NOW}
        tenant = new_tenant(tenant_id, provider, **usual | values | fields)
        return self.tenants.add(tenant, by(TenantCreated(tenant)))


def by(*facts):
    """A change by a sweep: without a token, so the store's own signer vouches for it."""
    caller = Caller("service:directory", "prv_1", None, frozenset({Role.SERVICE}))
    return Change(caller, clock.now(), facts)


@pytest.fixture
def stores(mongod: str, installation: str, tmp_path: Path) -> Stores:
    make_keys(tmp_path, ["directory"])
    return Stores(DirectorySettings(installation=installation, mongodb_uri=mongod, key_dir=tmp_path))


def test_what_is_saved_comes_back_as_it_was(stores):
    grant = Grant(GrantRole.TECHNICIAN, tenant_ids=frozenset({"ten_a"}))
    person = stores.add_person(tenants=["ten_a"], grants=[grant])
    assert stores.people.get(ANY, person.person_id) == person
    tenant = stores.add_tenant()
    assert stores.tenants.get(ANY, "ten_a") == tenant
    brand = new_brand("ten_a", "prv_1", display_name="A")
    saved = stores.brands.add(brand, by(BrandChanged(brand)))
    assert stores.brands.find(TenantScope("prv_1", "ten_a")) == saved


def test_preparing_twice_is_preparing_once(stores):
    store.prepare()


def test_a_scope_shows_its_members_and_the_staff(stores):
    jane = stores.add_person(tenants=["ten_a"])
    both = stores.add_person(name="Bo", tenants=["ten_a", "ten_b"])
    luc = stores.add_person(name="Luc", tenants=["ten_b"])
    tess = stores.add_person(name="Tess", grants=[Grant(GrantRole.TECHNICIAN, all_tenants=True)])
    other = stores.add_person(provider="prv_2", tenants=["ten_a"])
    everyone = [jane.person_id, both.person_id, luc.person_id, tess.person_id, other.person_id]

    def seen(scope):
        return {person.display_name for person in stores.people.get_many(scope, everyone)}

    assert seen(GrantedScope("prv_1", frozenset({"ten_a"}))) == {"Jane", "Bo", "Tess"}
    assert seen(GrantedScope("prv_1", frozenset({"ten_b"}))) == {"Bo", "Luc", "Tess"}
    assert seen(GrantedScope("prv_1", frozenset())) == {"Tess"}
    assert seen(GrantedScope("prv_1", None)) == {"Jane", "Bo", "Luc", "Tess"}
    assert seen(GrantedScope("prv_2", None)) == {"Jane"}
    with pytest.raises(NotFound):
        stores.people.get(GrantedScope("prv_1", frozenset({"ten_a"})), luc.person_id)
    found = stores.people.find_by_email(GrantedScope("prv_1", frozenset({"ten_a"})), luc.email)
    assert found == []


def test_without_a_scope_nothing_is_read(stores):
    for ask in (
        lambda: stores.people.get(None, "per_1"),
        lambda: stores.people.page(None, "", False, 10, ""),
        lambda: stores.tenants.page(None, 10, ""),
        lambda: stores.mail_domains.find(None, "a.example"),
    ):
        with pytest.raises(TypeError):
            ask()


def test_names_sort_without_regard_to_case_and_pages_do_not_overlap(stores):
    for name in ("bob", "Ann", "carl", "Dora"):
        stores.add_person(name=name, tenants=["ten_a"])
    scope, names, token = GrantedScope("prv_1", frozenset({"ten_a"})), [], ""
    while True:
        page = stores.people.page(scope, "", False, 3, token)
        names += [person.display_name for person in page.records]
        token = page.next_token
        if not token:
            break
    assert names == ["Ann", "bob", "carl", "Dora"]


def test_two_saves_of_one_revision_are_one_save_and_a_conflict(stores):
    person = stores.add_person()
    stores.people.save(person, by(PersonChanged(person)))
    with pytest.raises(RevisionConflict) as refused:
        stores.people.save(person, by(PersonChanged(person)))
    assert refused.value.reason == "revision_conflict"


def test_unique_values_are_refused_by_the_database_itself(stores):
    stores.add_tenant(support_address="support@a.example")
    for fields, reason in (
        ({"slug": "ten-a"}, "slug_taken"),
        ({"number_prefix": "AX"}, "number_prefix_taken"),
        ({"support_address": "support@a.example"}, "support_address_taken"),
    ):
        with pytest.raises(AlreadyExists) as refused:
            stores.add_tenant("ten_b", **fields)
        assert refused.value.reason == reason
    stores.add_tenant("ten_b", provider="prv_2", number_prefix="AX")
    stores.add_tenant("ten_c")  # a second one without a support address
    stores.add_person()
    with pytest.raises(AlreadyExists) as refused:
        stores.add_person()
    assert refused.value.reason == "email_taken"


def test_a_removed_mail_domain_is_kept_but_not_found(stores):
    def domain(tenant_id):
        return MailDomain(new_id("dom"), "prv_1", tenant_id, "acme.example", NOW)

    first = domain("ten_a")
    added = stores.mail_domains.add(first, by(MailDomainChanged(first)))
    with pytest.raises(AlreadyExists) as refused:
        stores.mail_domains.add(domain("ten_b"), by())
    assert refused.value.reason == "mail_domain_taken"
    stores.mail_domains.remove(added, by(MailDomainChanged(added, removed=True)))
    assert stores.mail_domains.find(ANY, "acme.example") is None
    second = stores.mail_domains.add(domain("ten_b"), by())
    assert stores.mail_domains.find(ANY, "acme.example") == second
    history = stores.mail_domains.records.history(ANY, first.mail_domain_id)
    assert [event.fact for event in history] == ["mail_domain_changed", "mail_domain_changed"]


def test_a_brands_events_do_not_mix_with_its_tenants(stores):
    stores.add_tenant()
    brand = new_brand("ten_a", "prv_1", display_name="A")
    stores.brands.add(brand, by(BrandChanged(brand)))
    tenant_id = stores.tenants.records.find_one(ANY)["_id"]
    assert stores.brands.records.find_one(ANY)["_id"] != tenant_id


def test_every_list_is_answered_by_an_index(stores):
    stores.add_person(tenants=["ten_a"])
    stores.add_tenant()
    queries = [
        (
            stores.people.records,
            {"provider_id": "prv_1", "tenant_id": "prv_1", "tenant_ids": "ten_a"},
            "sort_name",
        ),
        (stores.people.records, {"provider_id": "prv_1", "tenant_id": "prv_1", "staff": True}, "sort_name"),
        (stores.people.records, {"email": "a@b.example"}, None),
        (stores.tenants.records, {"provider_id": "prv_1"}, "slug"),
        (stores.mail_domains.records, {"domain": "acme.example", "active": True}, None),
    ]
    for records, query, sort in queries:
        cursor = records.collection.find(query)
        plan = str(
            (cursor.sort([(sort, 1), ("_id", 1)]) if sort else cursor).explain()["queryPlanner"][
                "winningPlan"
            ]
        )
        assert "COLLSCAN" not in plan, query
        assert "'SORT'" not in plan, query


def test_times_are_kept_in_utc_to_the_millisecond(stores):
    person = stores.add_person()
    kept = stores.people.get(ANY, person.person_id).create_time
    assert kept == NOW
    assert kept.utcoffset() == timedelta(0)
