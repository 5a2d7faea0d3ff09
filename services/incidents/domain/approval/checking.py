"""Steps as a template may have them."""

from dataclasses import replace
from datetime import timedelta

from chassis.errors import InvalidArgument
from services.incidents.domain import texts
from services.incidents.domain.approval.record import Rule, Step

MOST_STEPS, MOST_NAMED = 10, 20
_LONGEST_WAIT = timedelta(days=90)


def checked(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps, trimmed. Raises InvalidArgument naming the field."""
    if len(steps) > MOST_STEPS:
        raise InvalidArgument("steps_invalid", f"At most {MOST_STEPS} steps.", field="steps")
    return tuple(_checked(step, f"steps[{number}]") for number, step in enumerate(steps))


def _checked(step: Step, at: str) -> Step:
    name = texts.required(f"{at}.name", step.name, texts.MAX_NAME)
    named = (*step.roles, *step.groups, *(one.person_id for one in step.people))
    if not 1 <= len(named) <= MOST_NAMED or not all(named):
        raise InvalidArgument("approvers_invalid", "Say who approves.", field=f"{at}.approvers")
    if step.rule is Rule.SOME and not 1 <= step.count <= MOST_NAMED:
        raise InvalidArgument("count_invalid", "Say how many must agree.", field=f"{at}.count")
    if step.rule is Rule.SOME and not step.roles and not step.groups and step.count > len(step.people):
        raise InvalidArgument("count_invalid", "There are not so many approvers.", field=f"{at}.count")
    for wait, where in ((step.remind_after, "remind_after"), (step.expire_after, "expire_after")):
        if wait is not None and not timedelta(minutes=1) <= wait <= _LONGEST_WAIT:
            raise InvalidArgument("wait_invalid", "A minute to ninety days.", field=f"{at}.{where}")
    return replace(step, name=name)
