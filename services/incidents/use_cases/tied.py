"""Which incidents a submission is tied to: by its reply address, by the Message-IDs it mentions, by the line it answers."""

from chassis.tenancy import TenantScope
from services.incidents.domain.incident import Incident
from services.incidents.domain.merging import meant_by
from services.incidents.domain.reply_token import ReplyTokens
from services.incidents.domain.submission import Submission
from services.incidents.domain.threading import Thread
from services.incidents.ports import Incidents, MailThreads
from services.incidents.use_cases.lines import where_it_went


class Tied:
    """Reads; what joins is decided by `domain.threading`."""

    def __init__(self, incidents: Incidents, threads: MailThreads, tokens: ReplyTokens) -> None:
        self._incidents = incidents
        self._threads = threads
        self._tokens = tokens

    def candidates(self, scope: TenantScope, submission: Submission) -> list[Incident]:
        """What it is tied to, the strongest tie first; all of the submission's own tenant."""
        by_token = self._tokens.read(submission.reply_token)
        references = submission.nearest_references
        known = self._threads.find(scope, references) if references else {}
        threads = [known[reference] for reference in references if reference in known]
        wanted = [*([by_token] if by_token else []), *(thread.incident_id for thread in threads)]
        found = self._incidents.load_many(scope, dict.fromkeys(wanted)) if wanted else {}
        counting = [
            thread
            for thread in threads
            if thread.incident_id in found and thread.counts_for(submission, found[thread.incident_id])
        ]
        order = dict.fromkeys((by_token, *(thread.incident_id for thread in counting)))
        tied = [found[incident_id] for incident_id in order if incident_id in found]
        answered = next((thread for thread in counting if thread.line), None)
        went = self._split_off(scope, submission, tied[0], found, answered) if tied and answered else None
        return [went, *(one for one in tied if one.incident_id != went.incident_id)] if went else tied

    def meant(self, scope: TenantScope, submission: Submission, tied: Incident) -> Incident:
        """Where what is said to this one belongs, where it was merged."""
        return meant_by(submission, tied, lambda id: self._incidents.load(scope, id))

    def _split_off(
        self,
        scope: TenantScope,
        submission: Submission,
        tied: Incident,
        found: dict[str, Incident],
        answered: Thread,
    ) -> Incident | None:
        """The incident that the line it answers was split off into. answered: the nearest mail of those it mentions whose
        line is known; it counts while the strongest tie is to the same conversation.
        """
        about = found[answered.incident_id]
        if not about.split_ids:
            return None
        if about.incident_id not in (tied.incident_id, self.meant(scope, submission, tied).incident_id):
            return None
        went = where_it_went(self._incidents, scope, about, answered.line)
        return went if went is not about else None
