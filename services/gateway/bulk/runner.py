"""Does bulk actions whose time to be undone is over."""

import threading
from collections.abc import Callable
from dataclasses import replace

from chassis import telemetry
from chassis.errors import FairleadError, ResourceExhausted, Unavailable
from chassis.tenancy import Caller
from services.gateway.backends import Backends
from services.gateway.bulk.action import BulkAction, Row, RowResult
from services.gateway.bulk.store import BulkActions

_ROUND_SECONDS = 0.5
_AWAY_SECONDS = 2.0
# Some minutes; then what is left is refused, for nobody expects it any more.
_MOST_POSTPONED = 150
# Who asked is looked at again after so many rows: grants and tokens do not last.
_ROWS_PER_CALLER = 10


class BulkRunner:
    """caller_of: who asked, as they are now. Raises what nobody can act under any more."""

    def __init__(
        self, actions: BulkActions, backends: Backends, caller_of: Callable[[BulkAction], Caller]
    ) -> None:
        self._actions = actions
        self._backends = backends
        self._caller_of = caller_of
        self._log = telemetry.logger("gateway")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bulk-actions", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """After the row in hand. What is left goes on in another process, or after the next start."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def run_due(self) -> int:
        """Does all that is due; how many that were."""
        done = 0
        while not self._stopping.is_set() and (found := self._actions.claim()):
            self._carry_out(*found)
            done += 1
        return done

    def _run(self) -> None:
        while not self._stopping.wait(_ROUND_SECONDS):
            try:
                self.run_due()
            except Unavailable as error:
                self._log.warning("bulk_actions_postponed", reason=error.reason)
            except Exception:
                self._log.exception("bulk_actions_failed")

    def _carry_out(self, action: BulkAction, claim: str) -> None:
        caller: Caller | FairleadError | None = None
        waiting = [place for place, row in enumerate(action.rows) if row.result is RowResult.WAITING]
        for number, place in enumerate(waiting):
            if self._stopping.is_set():
                return
            try:
                if number % _ROWS_PER_CALLER == 0:
                    caller = self._caller_now(action)
                row = self._row(caller, action, action.rows[place])
            except (Unavailable, ResourceExhausted) as error:
                if self._actions.postpone(action, claim, _AWAY_SECONDS) < _MOST_POSTPONED:
                    return
                row = _refused(action.rows[place], error)
            if not self._actions.note(action, claim, place, row):
                return
        self._actions.finish(action, claim)

    def _caller_now(self, action: BulkAction) -> Caller | FairleadError:
        try:
            return self._caller_of(action)
        except Unavailable:
            raise
        except FairleadError as error:
            return error

    def _row(self, caller: Caller | FairleadError | None, action: BulkAction, row: Row) -> Row:
        """The row with its result. A step that came through before an interruption is known by its key, and not repeated."""
        if not isinstance(caller, Caller):
            return _refused(row, caller or Unavailable("store_unavailable"))
        revision, done = row.revision, 0
        try:
            for number, step in enumerate(row.steps or action.steps):
                fields = dict(step.fields)
                if step.keeps_group:
                    incident = self._backends.incidents.get(caller, row.incident_id)
                    fields["assignment_group_id"] = incident.assignment_group_id
                    fields["assignment_group_name"] = incident.assignment_group_name
                changed = getattr(self._backends.incidents, step.command)(
                    caller,
                    row.incident_id,
                    idempotency_key=f"{action.bulk_id}:{row.incident_id}:{number}",
                    revision=revision,
                    **fields,
                )
                revision, done = changed.revision, number + 1
        except (Unavailable, ResourceExhausted):
            raise
        except FairleadError as error:
            return replace(_refused(row, error), steps_done=done)
        return replace(row, result=RowResult.DONE, steps_done=done)


def _refused(row: Row, error: FairleadError) -> Row:
    return replace(
        row, result=RowResult.REFUSED, status=error.status, reason=error.reason, message=error.message
    )
