"""Statements made, closed and revised on a real MongoDB."""

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.errors import InvalidState, NotFound, PermissionDenied
from chassis.tenancy import Role, TenantScope
from fairlead.sla.v1 import events_pb2
from services.sla.clients.signing import StatementKeys, is_signed
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.statements.statement import CreditState, StatementState
from services.sla.domain.statements.verifying import verify_files
from services.sla.ports import StatementQuery
from services.sla.store.statement_documents import STATEMENT_DOCUMENTS
from services.sla.use_cases import Heard
from tests.harness.statements import (
    ACME,
    JUNE,
    LUMEN,
    PROVIDER,
    Past,
    admin,
    broken,
    contract,
    incident,
    kept,
    manager,
    person,
)

SCOPE = TenantScope(PROVIDER, ACME)


@pytest.fixture
def past(database, signer, settings):
    made = Past(database, signer, StatementKeys(settings.key_dir))
    made.agree()
    return made


def told(past, statement_id):
    return [event.fact for event in past.statements.records.history(SCOPE, statement_id)]


def verified(past, *ids):
    keys = {key.key_id: key.raw for key in past.keys.public_keys()}
    files = [(id, json.loads(b"".join(past.stating.as_json(admin(), id)[1]))) for id in ids]
    return verify_files(files, lambda key_id, _: keys.get(key_id), is_signed)


def closed(past, statement_id):
    return past.stating.get(admin(), statement_id).statement


def test_a_closed_month_is_sealed_announced_once_and_can_be_verified(past):
    past.happened([kept(1), broken(2), broken(3, priority=1)])
    id = past.close()
    found = closed(past, id)
    assert found.state is StatementState.CLOSED
    assert (found.content["totals"]["met"], found.content["totals"]["breached"]) == (4, 2)
    assert [(c["clause_id"], c["amount_minor"]) for c in found.content["credits"]] == [
        ("4.1", 25_000),
        ("4.2", 50_000),
    ]
    assert told(past, id) == ["period_closed"]
    assert verified(past, id)[0].lines == 6
    [event] = past.statements.records.history(SCOPE, id)
    announced = event.parse(events_pb2.PeriodClosed).statement
    assert (announced.period, announced.credit_minor, announced.sha256) == (
        "2024-06",
        75_000,
        found.seal.sha256,
    )


def test_closing_again_changes_and_tells_nothing(past):
    past.happened([kept(1)])
    id = past.close()
    before = past.statements.records.load(SCOPE, id)
    assert past.stating.close(admin(), id).statement.is_closed
    assert past.stating.draft(admin(), ACME, "ctr_gold", "2024-06").statement.statement_id == id
    past.work()
    assert past.statements.records.load(SCOPE, id) == before
    assert told(past, id) == ["period_closed"]


def test_two_workers_at_once_seal_a_statement_once(past):
    past.happened([kept(number) for number in range(1, 40)])
    drafted = past.stating.draft(admin(), ACME, "ctr_gold", "2024-06").statement
    past.work()
    past.stating.close(admin(), drafted.statement_id)
    both = threading.Barrier(2)

    def work():
        both.wait()
        past.worker().work(lambda: True)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    past.work()
    assert told(past, drafted.statement_id) == ["period_closed"]
    assert verified(past, drafted.statement_id)[0].lines == 78
    assert past.lines.records.count(SCOPE) == 78


class Crash(BaseException):
    """The process ends here."""


def crashing(store, method, calls):
    """The store, whose method ends the process at its n-th call, before or after it did its work."""

    class Ending:
        def __init__(self):
            self.left = calls

        def __getattr__(self, name):
            found = getattr(store, name)
            if name != method:
                return found

            def call(*arguments):
                self.left -= 1
                if self.left == 0:
                    raise Crash
                return found(*arguments)

            return call

    return Ending()


@pytest.mark.parametrize(
    "part, method, calls",
    [("lines", "put", 1), ("statements", "progress", 1), ("statements", "save", 1), ("statements", "close", 1), ("lines", "clear", 1)],
)  # fmt: skip
def test_after_a_crash_in_the_middle_the_month_is_closed_once(past, part, method, calls):
    past.happened([kept(1), broken(2)])
    drafted = past.stating.draft(admin(), ACME, "ctr_gold", "2024-06").statement
    past.work()
    past.stating.close(admin(), drafted.statement_id)
    with pytest.raises(Crash):
        past.worker(**{part: crashing(getattr(past, part), method, calls)}).work(lambda: True)
    past.work()
    assert told(past, drafted.statement_id) == ["period_closed"]
    assert verified(past, drafted.statement_id)[0].lines == 4


def test_a_worker_that_lost_its_turn_leaves_off_and_the_next_one_finishes(past):
    past.happened([kept(1)])
    drafted = past.stating.draft(admin(), ACME, "ctr_gold", "2024-06").statement
    past.closing.work(lambda: False)
    assert past.statements.get(SCOPE, drafted.statement_id).wanted == "draft"
    past.work()
    assert past.statements.get(SCOPE, drafted.statement_id).content["totals"]["lines"] == 2


def test_a_failure_is_shown_and_the_next_statement_is_made_all_the_same(past):
    past.happened([kept(1)])
    drafted = past.stating.draft(admin(), ACME, "ctr_gold", "2024-06").statement

    class Broken:
        def exclusions(self, *_):
            raise ValueError

    past.worker(objections=Broken()).work(lambda: True)
    found = past.statements.get(SCOPE, drafted.statement_id)
    assert (found.wanted, found.build.failure) == ("", "ValueError")
    assert past.stating.draft(admin(), ACME, "ctr_gold", "2024-06").statement.wanted == "draft"
    past.work()
    assert past.statements.get(SCOPE, drafted.statement_id).build.failure == ""


def hear(past, record, *facts):
    header = replace(record.header, revision=record.header.revision + len(facts))
    heard = Heard(record.incident_id, PROVIDER, record.tenant_id, header, tuple(facts))
    assert past.hearing.hear([heard]) == set()


def late_answer(record, minutes, sequence=1500):
    """What was said in time, and heard of only now."""
    time = record.facts[0].time + timedelta(minutes=minutes)
    return Fact(f"{record.incident_id}:{sequence}", sequence, FactKind.RESOLVED, time)


def test_a_late_fact_makes_a_revision_that_supersedes_and_leaves_the_closed_one_alone(past):
    record = broken(2)
    past.happened([kept(1), record])
    id = past.close()
    before = past.statements.records.load(SCOPE, id)
    hear(past, record, late_answer(record, 30))
    past.work()
    first, second = past.statements.editions(SCOPE, "ctr_gold", "2024-06")
    assert past.statements.records.load(SCOPE, id) == before
    assert second.state is StatementState.DRAFT and second.content["totals"]["breached"] == 0
    assert [dict(reason) for reason in second.reasons] == [
        {"incident_id": "inc_00002", "number": "ACME-2", "why": "late_fact"}
    ]
    past.stating.close(admin(), second.statement_id)
    past.work()
    chain = verified(past, id, second.statement_id)
    assert [one.sequence for one in chain] == [1, 2]
    assert chain[1].supersedes == {"statement_id": id, "sha256": first.seal.sha256}
    assert past.stating.get(admin(), id).superseded_by == second.statement_id


def test_a_late_fact_that_changes_no_line_makes_no_revision_and_its_note_goes(past):
    record = kept(1)
    past.happened([record])
    past.close()
    time = record.facts[0].time + timedelta(minutes=70)
    hear(past, record, Fact("inc_00001:9000", 9000, FactKind.CLOSED, time))
    past.work()
    assert len(past.statements.editions(SCOPE, "ctr_gold", "2024-06")) == 1
    assert past.late.records.count(SCOPE) == 0


def test_a_note_waits_for_the_change_that_it_tells_of(past):
    record = broken(2)
    past.happened([record])
    past.close()

    class Away:
        def __getattr__(self, name):
            return getattr(past.sets, name)

        def put(self, changes):
            raise Crash

    past.hearing._sets = Away()
    with pytest.raises(Crash):
        hear(past, record, late_answer(record, 30))
    past.hearing._sets = past.sets
    past.work()
    assert past.late.records.count(SCOPE) == 1
    hear(past, record, late_answer(record, 30))
    past.work()
    assert len(past.statements.editions(SCOPE, "ctr_gold", "2024-06")) == 2


def test_what_is_heard_in_time_leaves_no_note(past):
    past.now = JUNE + timedelta(days=3)
    record = incident(1, 3 * 1440 - 0.5)
    hear(past, record, *record.facts)
    assert past.late.records.count(SCOPE) == 0


def test_an_approved_exclusion_of_a_closed_month_makes_a_revision(past):
    past.happened([broken(1), kept(2)])
    id = past.close()
    technician = person(Role.TECHNICIAN, person_id="per_tess")
    proposed = past.objecting.propose(technician, id, "inc_00001", "resolution", 1, "Power cut at the client")
    with pytest.raises(PermissionDenied):
        past.objecting.decide(technician, proposed.exclusion_id, True)
    with pytest.raises(NotFound):
        past.objecting.decide(manager(LUMEN), proposed.exclusion_id, True)
    past.objecting.decide(manager(), proposed.exclusion_id, True)
    past.work()
    second = past.statements.editions(SCOPE, "ctr_gold", "2024-06")[1]
    assert second.content["totals"]["excluded"] == 1
    [line] = past.stating.lines(admin(), second.statement_id, "excluded", "", 9)
    assert line["exclusion"]["approved_by"]["name"] == "Manager_Acme"


def test_a_contested_pause_is_answered_and_stands_on_the_statement(past):
    record = incident(
        1, 600, ("responded", 5), ("held", 10, {"awaiting": "requester"}), ("resumed", 250), ("resolved", 300)
    )
    past.happened([record])
    id = past.close()
    [pause] = past.objecting.pauses(manager(), "inc_00001")
    assert (pause.awaiting, list(pause.stopped)) == ("requester", [("resolution", 1, 240 * 60)])
    with pytest.raises(NotFound):
        past.objecting.contest(manager(LUMEN), "inc_00001", pause.pause_id, "No!")
    past.objecting.contest(manager(), "inc_00001", pause.pause_id, "Nobody asked us.")
    past.objecting.answer(admin(), "inc_00001", pause.pause_id, True, "You are right.")
    past.work()
    second = past.statements.editions(SCOPE, "ctr_gold", "2024-06")[1]
    past.stating.close(admin(), second.statement_id)
    past.work()
    [line] = past.stating.lines(manager(), second.statement_id, "breached", "", 9)
    assert line["basis"] == "conceded_pause"
    assert line["contested_pauses"][0]["answer"]["words"] == "You are right."
    assert verified(past, id, second.statement_id)


def test_statements_of_one_contract_are_one_chain_whatever_the_month(past):
    past.happened([kept(1)])
    ids = [past.close(period) for period in ("2024-06", "2024-04", "2024-05")]
    assert [one.sequence for one in verified(past, *ids)] == [1, 2, 3]


def test_a_month_that_runs_is_drafted_and_not_closed(past):
    past.now = JUNE + timedelta(days=10)
    past.happened([kept(1), incident(2, 10 * 1440 - 5, ("responded", 1))])
    drafted = past.stating.draft(admin(), ACME, "ctr_gold", "2024-06").statement
    past.work()
    # The second one's resolution is still open: what has not happened is not stated.
    assert past.statements.get(SCOPE, drafted.statement_id).content["totals"]["lines"] == 3
    with pytest.raises(InvalidState, match="period_not_over"):
        past.stating.close(admin(), drafted.statement_id)
    with pytest.raises(InvalidState, match="period_not_begun"):
        past.stating.draft(admin(), ACME, "ctr_gold", "2024-07")


def test_credits_are_decided_beside_what_is_sealed(past):
    past.happened([broken(1, priority=1)])
    id = past.close()
    before = closed(past, id)
    decided = past.stating.decide(admin(), id, "4.1", CreditState.APPROVED, "").statement
    past.stating.decide(admin(), id, "4.1", CreditState.APPROVED, "")
    assert (decided.content, decided.seal) == (before.content, before.seal)
    assert closed(past, id).credit_state("4.1") is CreditState.APPROVED
    assert told(past, id) == ["period_closed", "credit_decided"]
    assert verified(past, id)


def test_a_client_sees_its_own_closed_statements_alone(past):
    past.agree(contract(LUMEN, "ctr_lumen"))
    past.happened([broken(1)])
    id = past.close()
    draft = past.stating.draft(admin(), ACME, "ctr_gold", "2024-05").statement.statement_id
    assert past.stating.get(manager(), id).statement.is_closed
    requester = person(Role.REQUESTER, person_id="per_jane", tenants=frozenset({ACME}))
    for stranger, asked in ((manager(), draft), (manager(LUMEN), id), (requester, id)):
        with pytest.raises(NotFound):
            past.stating.get(stranger, asked)
        with pytest.raises(NotFound):
            past.stating.lines(stranger, asked, "", "", 5)
    assert [one.statement.statement_id for one in past.stating.page(manager(), [], StatementQuery())] == [id]
    assert past.stating.page(manager(LUMEN), [], StatementQuery()) == []
    with pytest.raises(PermissionDenied):
        past.stating.close(manager(), id)


def test_a_feed_gives_each_closed_statement_once_from_a_few_seconds_after_closing(past):
    past.happened([kept(1)])
    first = past.close("2024-06")
    asked = StatementQuery(feed=True, page_size=1)
    assert past.stating.page(admin(), [], asked) == []
    past.now += timedelta(seconds=6)
    second = past.close("2024-05")
    [one] = past.stating.page(admin(), [], asked)
    assert one.statement.statement_id == first
    past.now += timedelta(seconds=6)
    from chassis.mongo.paging import encode_cursor

    token = encode_cursor([one.statement.close_time, first])
    [two] = past.stating.page(admin(), [], replace(asked, page_token=token))
    assert two.statement.statement_id == second


def test_lines_come_in_pages_in_the_order_they_are_sealed_in(past):
    past.happened([kept(number) for number in range(1, 8)])
    id = past.close()
    pages, after = [], ""
    while page := past.stating.lines(admin(), id, "", after, 5):
        pages += page
        last = page[-1]
        after = f"{last['incident_id']}.{last['target']}.{last['cycle']:06}"
    file = json.loads(b"".join(past.stating.as_json(admin(), id)[1]))
    assert pages == file["lines"] and len(pages) == 14


def test_a_breach_that_nobody_noticed_yet_is_stated(past):
    record = incident(1, 600, ("responded", 5))
    past.now = JUNE + timedelta(minutes=610)
    past.happened([record])
    past.now = JUNE + timedelta(days=32)
    id = past.close()
    assert closed(past, id).content["totals"]["breached"] == 1


@pytest.mark.parametrize("document", STATEMENT_DOCUMENTS)
def test_what_is_written_fits_what_is_declared(past, document):
    record = broken(2)
    past.happened([record, broken(3, priority=1)])
    id = past.close()
    past.stating.decide(admin(), id, "4.1", CreditState.VOIDED, "Goodwill")
    past.objecting.propose(
        person(Role.TECHNICIAN, person_id="per_tess"), id, "inc_00002", "resolution", 1, "Storm"
    )
    held = incident(9, 100, ("held", 10, {"awaiting": "vendor"}))
    past.happened([held])
    past.objecting.contest(
        manager(), "inc_00009", past.objecting.pauses(manager(), "inc_00009")[0].pause_id, "Why?"
    )
    for found in document.objects:
        found.validate()
    own = set(document._get_collection().find_one()) - {"_id", "pending_events", "published"}
    assert own <= set(document._fields)
