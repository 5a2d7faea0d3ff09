"""What nobody asks for: reminding of what is due, and carrying out what a crash left half done."""

from datetime import timedelta

from chassis.errors import FairleadError
from services.incidents.ports import AsService, Clock
from services.incidents.ports.majors import Majors, MajorUpdates
from services.incidents.use_cases.majors.affecting import Affecting
from services.incidents.use_cases.majors.reminding import Reminding
from services.incidents.use_cases.majors.updating import Updating

_PATIENCE = timedelta(seconds=15)


class WatchMajors:
    """One process at a time, under a lease."""

    def __init__(
        self,
        majors: Majors,
        updates: MajorUpdates,
        affecting: Affecting,
        updating: Updating,
        reminding: Reminding,
        as_service: AsService,
        clock: Clock,
    ) -> None:
        self._majors = majors
        self._updates = updates
        self._affecting = affecting
        self._updating = updating
        self._reminding = reminding
        self._as_service = as_service
        self._clock = clock

    def sweep(self) -> int:
        """How many were reminded of."""
        now, reminded = self._clock(), 0
        for major in self._majors.due(now):
            caller = self._as_service(major.provider_id)
            try:
                if major.unfinished:
                    major = self._affecting.finish(major, caller)
                reminded += self._reminding.remind(major, caller)
            except FairleadError:
                continue  # somebody changed it, or the directory is away; the next round looks again
        for update in self._updates.unfinished(now - _PATIENCE):
            try:
                self._updating.finish(update, self._as_service(update.provider_id))
            except FairleadError:
                continue
        return reminded
