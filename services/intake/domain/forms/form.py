"""A form of one client: being written, published at a version, withdrawn."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chassis.errors import InvalidState
from services.intake.domain.forms.definition import Definition


class FormState(StrEnum):
    """draft: never published. published: people are offered its latest version. withdrawn: they were."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Form:
    """draft: what administrators work on. version: the latest that was published, 0 for none; versions never change."""

    form_id: str
    provider_id: str
    tenant_id: str
    draft: Definition
    create_time: datetime
    update_time: datetime
    state: FormState = FormState.DRAFT
    version: int = 0
    # What people are asked at that version.
    current: Definition | None = None
    # Whether the draft says anything else than the published version.
    changed: bool = True
    revision: int = 0

    def rewritten(self, draft: Definition, now: datetime) -> "Form":
        """The draft says something else; what is published stays as it is."""
        return replace(self, draft=draft, update_time=now, changed=draft != self.current)

    def published(self, now: datetime) -> "Form":
        """Its draft is offered from now on, as a version of its own where it is one. Raises InvalidState without a question."""
        if not self.draft.fields:
            raise InvalidState("form_empty", "A form without a question is not published.")
        version = self.version + 1 if self.changed or not self.version else self.version
        return replace(
            self,
            state=FormState.PUBLISHED,
            version=version,
            current=self.draft,
            changed=False,
            update_time=now,
        )

    def withdrawn(self, now: datetime) -> "Form":
        """It is offered no more; what was answered keeps its version. Raises InvalidState unless it is published."""
        if self.state is not FormState.PUBLISHED:
            raise InvalidState("form_not_published", "Only a published form can be withdrawn.")
        return replace(self, state=FormState.WITHDRAWN, update_time=now)
