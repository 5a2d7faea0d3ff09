"""What clients may order: written by the provider, offered to all of them or to some."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidArgument
from services.incidents.domain import approval, texts
from services.incidents.domain.approval import Step
from services.incidents.domain.incident import Priority
from services.incidents.domain.order import Order, Task

LANGUAGES = ("en", "fr")
CLIENT_MANAGER = "client_manager"
MOST_ITEMS, MOST_TASKS, MOST_TENANTS = 500, 30, 500
_MOST_STAGES, _LONGEST_DELIVERY = 30, 24 * 365


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTemplate:
    """A task as it will be made. due_share: percent of the delivery time by which it is due; 0: not due by itself."""

    name: str
    stage: int = 1
    group_id: str = ""
    group_name: str = ""
    due_share: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What people edit. name, summary: by language. tenant_ids: none for every client. form_id: one of intake's forms,
    "" for none. priority: none leaves it to triage.
    """

    name: Mapping[str, str]
    summary: Mapping[str, str]
    tenant_ids: frozenset[str] = frozenset()
    form_id: str = ""
    category: str = ""
    priority: Priority | None = None
    delivery_hours: int = 0
    steps: tuple[Step, ...] = ()
    tasks: tuple[TaskTemplate, ...] = ()

    def checked(self) -> "Contents":
        """The same, trimmed. Raises InvalidArgument naming the field."""
        if len(self.tenant_ids) > MOST_TENANTS:
            message = f"At most {MOST_TENANTS}."
            raise InvalidArgument("too_many", message, field="tenant_ids", limit=MOST_TENANTS)
        if not 0 <= self.delivery_hours <= _LONGEST_DELIVERY:
            raise InvalidArgument("hours_invalid", "Up to a year.", field="delivery_hours")
        if len(self.tasks) > MOST_TASKS:
            raise InvalidArgument("too_many", f"At most {MOST_TASKS}.", field="tasks", limit=MOST_TASKS)
        for number, step in enumerate(self.steps):
            if step.groups or not set(step.roles) <= {CLIENT_MANAGER}:
                message = "The client's managers or named people approve."
                raise InvalidArgument("approvers_invalid", message, field=f"steps[{number}].approvers")
        return replace(
            self,
            name=_words("name", self.name, texts.MAX_NAME, required=True),
            summary=_words("summary", self.summary, texts.MAX_COMMENT),
            category=texts.optional("category", self.category, texts.MAX_CATEGORY),
            steps=approval.checked(self.steps),
            tasks=tuple(_task(task, f"tasks[{number}]") for number, task in enumerate(self.tasks)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogItem:
    """One item. version grows with each change of what it says; each version is kept. Retired: offered to nobody."""

    item_id: str
    provider_id: str
    contents: Contents
    version: int = 1
    retired: bool = False
    create_time: datetime
    update_time: datetime
    revision: int = 0

    def is_offered_to(self, tenant_id: str) -> bool:
        named = self.contents.tenant_ids
        return not self.retired and (not named or tenant_id in named)

    def rewritten(self, contents: Contents, now: datetime) -> "CatalogItem":
        """It says this from now on; the same is no new version."""
        contents = contents.checked()
        if contents == self.contents:
            return self
        return replace(self, contents=contents, version=self.version + 1, update_time=now)

    def ordered(self) -> Order:
        """An order of it as it stands; nobody was asked yet and nothing begun."""
        wanted = self.contents
        tasks = tuple(
            Task(
                task_id=f"t{number}",
                name=task.name,
                stage=task.stage,
                group_id=task.group_id,
                group_name=task.group_name,
                due_share=task.due_share,
            )
            for number, task in enumerate(wanted.tasks, 1)
        )
        return Order(
            item_id=self.item_id,
            item_version=self.version,
            name=wanted.name,
            tasks=tasks,
            delivery_hours=wanted.delivery_hours,
        )


def _task(task: TaskTemplate, at: str) -> TaskTemplate:
    if not 1 <= task.stage <= _MOST_STAGES:
        raise InvalidArgument("stage_invalid", "Stages are numbered from 1.", field=f"{at}.stage")
    if not 0 <= task.due_share <= 100:
        raise InvalidArgument("share_invalid", "A percentage.", field=f"{at}.due_share")
    name = texts.required(f"{at}.name", task.name, texts.MAX_NAME)
    return replace(task, name=name, group_name=texts.shortened(task.group_name, texts.MAX_NAME))


def _words(field: str, words: Mapping[str, str], limit: int, required: bool = False) -> dict[str, str]:
    if not set(words) <= set(LANGUAGES):
        raise InvalidArgument("language_unknown", "English and French.", field=field)
    kept = {one: texts.optional(f"{field}.{one}", words.get(one, ""), limit) for one in LANGUAGES}
    if required and not kept["en"]:
        raise InvalidArgument("value_missing", f"{field}.en is needed.", field=f"{field}.en")
    return kept
