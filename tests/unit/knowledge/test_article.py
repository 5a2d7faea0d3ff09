"""An article's states and its words."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import InvalidArgument, InvalidState, NotFound
from chassis.tenancy import Caller, Role
from services.knowledge.domain.article import (
    ArticleState,
    Audience,
    Wording,
    changed_article,
    new_article,
    published,
    retired,
)
from services.knowledge.domain.reader import as_client, for_client, reader_of, seen_by

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def article(**fields):
    usual = {"title": "Printing", "body": "Press *print*.", "audience": Audience.ALL_CLIENTS, "locale": "en"}
    return new_article("art_1", "prv_1", Wording(**usual | fields), NOW)


def caller(*tenant_ids, role=Role.REQUESTER, provider="prv_1"):
    return Caller("person:per_1", provider, frozenset(tenant_ids) if tenant_ids else None, frozenset({role}))


def test_an_article_is_drafted_published_and_retired_in_that_order():
    draft = article()
    assert (draft.state, draft.publish_time) == (ArticleState.DRAFT, None)
    with pytest.raises(InvalidState):
        retired(draft, LATER)
    live = published(draft, LATER)
    assert (live.state, live.publish_time) == (ArticleState.PUBLISHED, LATER)
    gone = retired(live, LATER)
    assert gone.state is ArticleState.RETIRED
    for attempt in (lambda: published(gone, LATER), lambda: changed_article(gone, Wording(title="x"), LATER)):
        with pytest.raises(InvalidState) as refused:
            attempt()
        assert refused.value.reason == "article_retired"


def test_doing_it_again_changes_nothing():
    live = published(article(), NOW)
    assert published(live, LATER) is live
    assert changed_article(live, Wording(title="Printing"), LATER) is live
    gone = retired(live, NOW)
    assert retired(gone, LATER) is gone


def test_an_audience_is_never_guessed():
    with pytest.raises(InvalidArgument) as refused:
        article(audience=None)
    assert refused.value.values["field"] == "audience"


def test_clients_are_named_where_it_is_for_named_clients_and_only_there():
    assert article(audience=Audience.NAMED_CLIENTS, tenant_ids=frozenset({"ten_a"})).tenant_ids == {"ten_a"}
    for audience, tenant_ids in (
        (Audience.NAMED_CLIENTS, frozenset()),
        (Audience.ALL_CLIENTS, frozenset({"ten_a"})),
        (Audience.INTERNAL, frozenset({"ten_a"})),
    ):
        with pytest.raises(InvalidArgument) as refused:
            article(audience=audience, tenant_ids=tenant_ids)
        assert refused.value.values["field"] == "tenant_ids"


def test_naming_clients_does_not_widen_an_article_for_all():
    with pytest.raises(InvalidArgument):
        changed_article(article(), Wording(tenant_ids=frozenset({"ten_a"})), LATER)


def test_an_article_can_be_narrowed_to_named_clients():
    narrowed = changed_article(
        article(), Wording(audience=Audience.NAMED_CLIENTS, tenant_ids=frozenset({"ten_a"})), LATER
    )
    assert (narrowed.audience, narrowed.tenant_ids) == (Audience.NAMED_CLIENTS, {"ten_a"})


def test_what_is_empty_stays_and_a_blank_summary_clears_it():
    first = article(summary="Short", categories=("a", "b", "a"))
    assert first.categories == ("a", "b")
    changed = changed_article(first, Wording(title="New"), LATER)
    assert (changed.title, changed.summary, changed.body, changed.update_time) == (
        "New",
        "Short",
        first.body,
        LATER,
    )
    assert changed_article(first, Wording(summary="  "), LATER).summary == ""


def test_a_body_is_kept_as_it_was_written():
    body = "# Hé\r\n\r\n<script>alert(1)</script>\n\n    code  \n"
    assert article(body=body).body == body


@pytest.mark.parametrize(
    "fields",
    [{"title": ""}, {"title": "x" * 201}, {"body": "\n"}, {"body": "a\x00"}, {"summary": "x" * 501}, {"locale": "de"},
     {"categories": tuple(str(n) for n in range(21))}, {"categories": ("",)}],
)  # fmt: skip
def test_a_bad_value_is_refused(fields):
    with pytest.raises(InvalidArgument):
        article(**fields)


def test_a_client_reads_what_is_published_for_it():
    named = published(article(audience=Audience.NAMED_CLIENTS, tenant_ids=frozenset({"ten_a", "ten_b"})), NOW)
    reader = reader_of(caller("ten_a"))
    assert reader.may_read(named)
    assert seen_by(reader, named).tenant_ids == {"ten_a"}
    assert not reader_of(caller("ten_c")).may_read(named)
    assert not reader.may_read(article())
    assert not reader.may_read(published(article(audience=Audience.INTERNAL), NOW))
    assert not reader_of(caller("ten_a", provider="prv_2")).may_read(published(article(), NOW))


def test_staff_read_what_is_internal_and_what_is_for_their_clients():
    technician = reader_of(caller("ten_a", role=Role.TECHNICIAN))
    assert technician.may_read(article(audience=Audience.INTERNAL))
    assert not technician.may_read(article(audience=Audience.NAMED_CLIENTS, tenant_ids=frozenset({"ten_b"})))


def test_staff_looking_as_a_client_see_what_it_sees_and_for_it_their_own_too():
    admin = caller(role=Role.PROVIDER_ADMIN)
    internal = published(article(audience=Audience.INTERNAL), NOW)
    others = published(article(audience=Audience.NAMED_CLIENTS, tenant_ids=frozenset({"ten_b"})), NOW)
    assert not as_client(admin, "ten_a").may_read(internal)
    assert for_client(admin, "ten_a").may_read(internal)
    assert not for_client(admin, "ten_a").may_read(others)
    for look in (as_client, for_client):
        with pytest.raises(NotFound):
            look(caller("ten_a", role=Role.TECHNICIAN), "ten_b")
