"""What was submitted, for those who may see it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument
from chassis.tenancy import Caller
from services.intake.domain.sight import Wanted, deciding_sight_of, require_administrator, sight_of
from services.intake.domain.submission import Channel, Submission
from services.intake.ports import Arrivals, Page, Submissions

_DEFAULT_PAGE = 50
_LARGEST_PAGE = 200
_LONGEST_SENDER = 320


@dataclass(frozen=True)
class ReadingSubmissions:
    """Queries."""

    submissions: Submissions
    arrivals: Arrivals

    def get(self, caller: Caller, submission_id: str) -> Submission:
        """Raises NotFound("submission_not_found") for what is not there and for what the caller may not see.

        Also what was released and is on its way to its client.
        """
        return self.submissions.get(deciding_sight_of(caller), submission_id)

    def page(self, caller: Caller, wanted: Wanted, size: int, page_token: str) -> Page:
        """Newest first; a tenant outside the caller's grant: NotFound("tenant_not_found")."""
        sight = sight_of(caller)
        if wanted.tenant_id and caller.provider_id:
            caller.scope(wanted.tenant_id)
        if len(wanted.sender) > _LONGEST_SENDER:
            raise InvalidArgument("sender_invalid", "An address, or @ and a domain.", field="sender")
        wanted = replace(wanted, sender=wanted.sender.strip().lower())
        limit = min(size if size > 0 else _DEFAULT_PAGE, _LARGEST_PAGE)
        return self.submissions.page(sight, wanted, limit, page_token)

    def raw(self, caller: Caller, submission_id: str) -> Iterator[bytes]:
        """The bytes as they came. Raises NotFound first, then PermissionDenied for all but administrators."""
        submission = self.submissions.get(sight_of(caller), submission_id)
        require_administrator(caller)
        if submission.channel is Channel.EMAIL:
            return self.arrivals.raw(submission.submission_id)
        return iter([self.submissions.body(submission)])
