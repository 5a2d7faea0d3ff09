"""A filled form becomes a submission: its answers are held against the version that is published now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import TenantScope
from services.intake.domain.forms import Answered, Definition, FormState, answered
from services.intake.domain.forms.answers import upload_ids, validated
from services.intake.domain.request import Request
from services.intake.domain.submission import title_of
from services.intake.ports.forms import Forms


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with valid answers."""

    form_id: str
    version: int
    definition: Definition
    answers: Mapping[str, Any]

    def applied(self, request: Request) -> Request:
        """The request with what the form says of it, and the files that the answers name."""
        definition = self.definition
        uploads = (*request.attachment_ids, *upload_ids(definition, self.answers))
        return replace(
            request,
            kind=definition.kind or request.kind,
            impact=request.impact or definition.impact,
            urgency=request.urgency or definition.urgency,
            category=definition.category or request.category,
            attachment_ids=tuple(dict.fromkeys(uploads)),
        )

    def told(self, names: Mapping[str, str]) -> Answered:
        """The answers as they are kept. names: of uploads, as far as they are known."""
        return answered(self.form_id, self.version, self.definition, self.answers, names)


@dataclass(frozen=True)
class Filling:
    """Finds the form that a request fills in."""

    forms: Forms

    def fill(self, scope: TenantScope, request: Request) -> Filled | None:
        """None for a request without a form. Raises NotFound("form_not_found"), InvalidArgument("answers_invalid")."""
        if not request.form_id:
            return None
        try:
            form = self.forms.get(scope, request.form_id)
        except NotFound:
            if not request.catalog_item_id:
                raise
            # An item that many clients are offered has a form of the provider's own.
            form = self.forms.get(TenantScope(scope.provider_id, scope.provider_id), request.form_id)
        if form.state is not FormState.PUBLISHED or form.current is None:
            raise NotFound("form_not_found", "There is no such form.")
        try:
            given = json.loads(request.answers or "{}")
        except (ValueError, RecursionError) as error:
            raise InvalidArgument(
                "answers_malformed", "The answers are not JSON.", field="answers"
            ) from error
        return Filled(form.form_id, form.version, form.current, validated(form.current, given))


def worded(request: Request, told: Answered) -> tuple[str, str]:
    """Subject and text: the requester's own, else what the answers say; the answers are always in the text."""
    text = told.text(request.locale)
    own = f"{request.text}\n\n{text}" if request.text else text
    return request.subject or title_of(told.subject(request.locale)), own.strip()
