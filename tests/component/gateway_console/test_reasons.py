"""Triage's reasons are told in the reader's language: every form of them, made by the code that writes it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time

from services.gateway.pages.console.reasons import reason_in_words
from services.gateway.pages.language import use_language
from services.incidents.domain import priority as matrix_of_the_record
from services.triage.domain.choosing import route
from services.triage.domain.decision import decide
from services.triage.domain.learning.advice import Aspect, Suggestion
from services.triage.domain.matrix import Level
from services.triage.domain.oncall.layer import Restriction
from services.triage.domain.report import Report
from services.triage.domain.routing import AssignmentGroup, Member, SkillNeed
from services.triage.domain.rule import Actions, Condition, Field, Operator, Rule
from services.triage.domain.working import AgreedGroup, Asked, ClientRouting
from tests.harness.console import Console

BO = Member("per_bo", "Bo")
FULL = Member("per_full", "Fay", load_cap=1)
GROUPS = (
    AssignmentGroup("grp_all", "Desk takes all", (BO,), is_default=True),
    AssignmentGroup("grp_net", "Network", (BO,), frozenset({"network"})),
    AssignmentGroup("grp_here", "Lumen; and others", (BO,), tenant_ids=frozenset({"ten_lumen"})),
    AssignmentGroup("grp_mail", "Mail", (BO,), frozenset({"mail"}), frozenset({"ten_acme"})),
    AssignmentGroup("grp_full", "Full", (FULL,), frozenset({"full"})),
)
BY_DAY = Member("per_bo", "Bo", hours=(Restriction(time(8), time(18)),))
OFF = replace(BY_DAY, on_shift=False)
SHIFTS = (
    (AssignmentGroup("grp_on", "Day", (BY_DAY,), is_default=True),),
    (AssignmentGroup("grp_off", "Day", (OFF,), is_default=True),),
    (AssignmentGroup("grp_call", "Day", (OFF,), is_default=True, on_call_id="per_bo"),),
)
DESK = AssignmentGroup(
    "grp_able",
    "Desk",
    (replace(BY_DAY, skills=frozenset({"vpn", "sql"}), languages=frozenset({"fr"})),),
    is_default=True,
    needs=(SkillNeed("", frozenset({"vpn"})), SkillNeed("mail", frozenset({"sql"}))),
)
_PREFERRED = ClientRouting("ten_acme", (AgreedGroup("", "grp_able"),), frozenset({"per_bo"}))
_FAMILIAR = ClientRouting("ten_acme", (AgreedGroup("mail", "grp_able"),), by_history=True)
# (group, what is asked of whoever works it, open incidents)
ASKED = (
    (DESK, Asked("fr", {}, _PREFERRED), {}),
    (DESK, Asked("en", {}, _FAMILIAR, {"per_bo": 4}), {}),
    (DESK, Asked("fr", None, _FAMILIAR, {"per_bo": 4}), {}),
    (replace(DESK, members=(replace(OFF, languages=frozenset({"fr"})),), needs=()), Asked("en", {}), {}),
    (
        replace(DESK, members=(replace(OFF, languages=frozenset({"fr"})),), needs=(), on_call_id="per_bo"),
        Asked("fr", {}),
        {},
    ),
    (replace(DESK, members=(BO,)), Asked(), {}),
    (replace(DESK, members=(replace(DESK.members[0], own_cap=1),)), Asked(), {"per_bo": 1}),
)
ENGLISH = re.compile(
    r"\b(rule|names|takes|works|nobody|nothing|fewest|on shift|is on call|open incidents|impact \w+ by|urgency|submitted|chosen|no assignment|"
    r"low|medium|high|decided|learned|sure|works it|perhaps|words that|in particular|speaks|skills?|contract|preferred|resolved|lately|at hand|can do)\b",
    re.IGNORECASE,
)


def word_rule(word: str, **actions: object) -> Rule:
    condition = Condition(Field.WORDS, Operator.CONTAINS_ANY, (word,))
    return Rule(f"rul_{word}", f"Mot ({word}) ; « x »", 1, (condition,), Actions(**actions))


RULES = [
    word_rule("vpn", category="network"),
    word_rule("tous", impact=Level.HIGH),
    word_rule("urgent", urgency=Level.HIGH),
    word_rule("groupe", assignment_group_id="grp_full", assignee_id="per_full"),
]
WORDS = ("vpn", "vpn tous urgent", "groupe", "rien", "tous")


def reasons() -> Iterator[str]:
    for subject in WORDS:
        for category in ("", "network", "mail", "full"):
            for tenant in ("ten_acme", "ten_lumen"):
                for level in (None, Level.LOW):
                    for urgency in (None, Level.HIGH):
                        report = Report(
                            "inc_1", tenant, subject, "", "email", "a@b.example",
                            category=category, impact=level, urgency=urgency,
                        )  # fmt: skip
                        for groups in (GROUPS, GROUPS[:1], (), *SHIFTS):
                            made = decide(report, RULES, groups, {"per_full": 1})
                            yield made.classification.reason
                            yield made.prioritization.reason
                            yield made.routing.reason
    report = Report("inc_1", "ten_acme", "rien", "", "email", "a@b.example")
    for words, firm in ((("tunnel", "passerelle"), True), ((), True), (("tunnel",), False)):
        learned = Suggestion("network", 0.8, words, firm)
        yield decide(report, [], GROUPS, {}, {Aspect.CATEGORY: learned}).classification.reason
        levels = {
            Aspect.IMPACT: replace(learned, value="high", firm=True),
            Aspect.GROUP: replace(learned, value="grp_net", firm=True),
        }
        made = decide(replace(report, subject="urgent"), RULES, GROUPS, {}, levels)
        yield made.prioritization.reason
        yield made.routing.reason
    for group, asked, load in ASKED:
        for category in ("mail", "network"):
            yield route([group], "ten_acme", category, "", load, asked).reason
    yield matrix_of_the_record.matrix_reason("high", "medium")
    yield "Impact high × urgency high: the alert “disque plein” is critical by now"
    yield "not decided yet"


def test_every_reason_that_is_written_is_told_in_french(console: Console) -> None:
    with console.room.app().test_request_context():
        use_language("fr")
        for reason in set(reasons()):
            told = reason_in_words(reason)
            assert told != reason, reason
            assert not ENGLISH.search(told.replace("Desk takes all", "").replace("Lumen; and others", "")), (
                told
            )


def test_what_somebody_wrote_stays_as_it_is(console: Console) -> None:
    with console.room.app().test_request_context():
        use_language("fr")
        assert reason_in_words("He asked me to; takes long") == "He asked me to; takes long"
        assert reason_in_words("") == ""


def test_what_the_line_says_already_is_not_said_twice(console: Console) -> None:
    with console.room.app().test_request_context():
        use_language("en")
        reason = "Impact medium × urgency high: urgency high by Rule “Urgent” (“now”)"
        assert reason_in_words(reason) == "Impact medium × urgency high. Urgency high – Rule “Urgent” (“now”)"
        assert reason_in_words(reason, matrix=False) == "Urgency high – Rule “Urgent” (“now”)"
        assert reason_in_words("high impact × high urgency", matrix=False) == ""
