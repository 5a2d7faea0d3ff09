"""What was submitted, for those who may see it."""

from collections.abc import Iterator
from dataclasses import dataclass

from chassis.tenancy import Caller
from services.intake.domain.sight import require_administrator, sight_of
from services.intake.domain.submission import Channel, State, Submission
from services.intake.ports import Arrivals, Page, Submissions

_DEFAULT_PAGE = 50
_LARGEST_PAGE = 200


@dataclass(frozen=True)
class ReadingSubmissions:
    """Queries."""

    submissions: Submissions
    arrivals: Arrivals

    def get(self, caller: Caller, submission_id: str) -> Submission:
        """Raises NotFound("submission_not_found") for what is not there and for what the caller may not see."""
        return self.submissions.get(sight_of(caller), submission_id)

    def page(self, caller: Caller, state: State | None, tenant_id: str, size: int, page_token: str) -> Page:
        """Newest first; a tenant outside the caller's grant: NotFound("tenant_not_found")."""
        sight = sight_of(caller)
        if tenant_id and caller.provider_id:
            caller.scope(tenant_id)
        limit = min(size if size > 0 else _DEFAULT_PAGE, _LARGEST_PAGE)
        return self.submissions.page(sight, state, tenant_id, limit, page_token)

    def raw(self, caller: Caller, submission_id: str) -> Iterator[bytes]:
        """The bytes as they came. Raises NotFound first, then PermissionDenied for all but administrators."""
        submission = self.submissions.get(sight_of(caller), submission_id)
        require_administrator(caller)
        if submission.channel is Channel.EMAIL:
            return self.arrivals.raw(submission.submission_id)
        return iter([self.submissions.body(submission)])
