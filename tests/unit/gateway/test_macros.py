"""Which macros can be kept, and what fills the places in their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidArgument
from services.gateway.bulk.macros import (
    PLACEHOLDERS,
    Assign,
    Classify,
    Hold,
    Macro,
    Note,
    Prioritize,
    Reply,
    Resolve,
    check_macro,
    language_sent,
)
from services.gateway.bulk.macros.placeholders import check_placeholders, filled


def macro(*actions, name="Password reset") -> Macro:
    return Macro("mac_1", "prv_north", name, actions)


def test_a_macro_is_kept_with_its_name_tidied_and_its_actions_in_the_order_they_are_done():
    kept = check_macro(
        macro(Resolve("fixed", {"en": "Done"}), Note("Looked."), Assign("me"), name="  Reset \t it ")
    )
    assert kept.name == "Reset it"
    assert [type(action) for action in kept.actions] == [Assign, Note, Resolve]


@pytest.mark.parametrize(
    ("wrong", "reason", "field"),
    [
        (macro(), "macro_empty", "actions"),
        (macro(Note("One"), Note("Two")), "macro_empty", "actions"),
        (macro(Note("One"), name=" "), "macro_name_invalid", "name"),
        (macro(Note("One"), name="x" * 61), "macro_name_invalid", "name"),
        (macro(Hold("vendor", {"en": "a"}), Resolve("fixed", {"en": "b"})), "macro_ends_twice", "actions"),
        (macro(Assign()), "value_missing", "assign"),
        (macro(Classify(" ")), "value_missing", "category"),
        (macro(Prioritize("high", "")), "value_missing", "impact"),
        (macro(Hold("", {"en": "a"})), "value_missing", "awaiting"),
        (macro(Resolve("", {"en": "a"})), "value_missing", "code"),
        (macro(Reply({})), "text_missing", "reply"),
        (macro(Reply({"fr": " \n"})), "text_missing", "reply"),
        (macro(Reply({"de": "Hallo"})), "text_too_long", "reply"),
        (macro(Hold("vendor", {"en": "x" * 501})), "text_too_long", "reason"),
        (macro(Reply({"en": "Hi", "fr": "{nom}"})), "placeholder_unknown", "reply"),
    ],
)
def test_a_macro_that_could_not_be_done_is_refused_naming_the_field(wrong, reason, field):
    with pytest.raises(InvalidArgument) as refusal:
        check_macro(wrong)
    assert (refusal.value.reason, refusal.value.values["field"]) == (reason, field)


def test_a_requester_reads_their_own_language_where_there_is_a_text_in_it():
    assert language_sent({"en": "Hi", "fr": "Bonjour"}, "fr") == "fr"
    assert language_sent({"en": "Hi", "fr": " "}, "fr") == "en"
    assert language_sent({"fr": "Bonjour"}, "en") == "fr"


@given(st.text(), st.dictionaries(st.sampled_from(PLACEHOLDERS), st.text(), min_size=len(PLACEHOLDERS)))
def test_what_fills_a_place_is_never_filled_again_and_all_else_stays(text, values):
    made = filled("{number}" + text.replace("{", "(").replace("}", ")"), values)
    assert made == values["number"] + text.replace("{", "(").replace("}", ")")


@given(st.text(alphabet="{}numberx ", max_size=60))
def test_a_text_that_is_accepted_leaves_no_known_place_unfilled(text):
    try:
        check_placeholders(text, "reply")
    except InvalidArgument:
        return
    made = filled(text, dict.fromkeys(PLACEHOLDERS, ""))
    assert "{number}" not in made
