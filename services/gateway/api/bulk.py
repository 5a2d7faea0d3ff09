"""Many incidents in one request: a line in, a line out, in the same order, each durable before its line is written."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Response, request, stream_with_context
from pydantic import Field, ValidationError

from chassis.errors import FairleadError, InvalidArgument, ResourceExhausted
from chassis.tenancy import Caller
from fairlead.intake.v1 import submission_pb2
from services.gateway.api import problems
from services.gateway.api.incidents import NewIncident, routes, submission_fields
from services.gateway.api.meant import fields_as_sent
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.auth.context import gateway
from services.gateway.auth.limits import bucket_of

LINES = "application/x-ndjson"
LONGEST_ROW = 128 * 1024
_READ = 256 * 1024
_IN_MEMORY = 512 * 1024
# Rows of one request that wait for intake together: they share its writes.
_IN_HAND = 16
_RENEWED_SECONDS = 20.0
_BREATH_SECONDS = 0.05
# Requests at once; each holds a thread of the web face for as long as it lasts.
_turns = threading.BoundedSemaphore(4)
_workers = ThreadPoolExecutor(_IN_HAND, thread_name_prefix="bulk")


class BulkRow(NewIncident):
    """As POST /incidents takes it, with a key of its own."""

    idempotency_key: str | None = Field(None, max_length=200, pattern=r"^[\x21-\x7e]+$")


@dataclass
class _Row:
    """One line: its number, and what it waits for or was refused with."""

    number: int
    key: str = ""
    waits: Future[submission_pb2.Submission] | None = None
    refusal: Response | None = None


@routes.post(
    "/incidents/bulk",
    "Open many incidents",
    scope="incidents:write",
    takes_lines=True,
    media_type=LINES,
    idempotency="service",
)
def open_incidents(call: Call) -> Answer:
    """NDJSON: a line for each incident, as POST /incidents takes it, with an `idempotency_key` of its own. The answer is
    streamed: a line for each, in the same order and as soon as it is kept: `row`, `status` (201, 202, or a refusal's), `incident_id`
    and `number`, or `problem`. A wrong row loses no other. The last line has `done`, and the counts. To go on after an
    interruption send the same rows again: those with a key, or all under the same Idempotency-Key, are opened once.
    """
    settings = gateway().settings
    if request.mimetype not in (LINES, "application/jsonl"):
        message = "Send the rows as application/x-ndjson."
        return problems.problem(415, "unsupported_media_type", message, headers={"Accept": LINES})
    if not _turns.acquire(blocking=False):
        message = "Too many bulk requests are under way. Try again in a moment."
        raise ResourceExhausted("too_many_bulk_requests", message, retry_after=5)
    bulk = None
    try:
        request.max_content_length = settings.max_bulk_bytes
        bulk = _Bulk(call, _spooled(settings.max_bulk_rows))
    finally:
        if bulk is None:
            _turns.release()
    response = Response(stream_with_context(bulk.answer()), content_type=LINES)
    response.call_on_close(bulk.close)
    response.headers["X-Accel-Buffering"] = "no"
    return response


class _Bulk:
    """One request: goes on no faster than rows are kept and their lines are read, so memory holds a few of them."""

    def __init__(self, call: Call, rows: IO[bytes]) -> None:
        self._caller = call.caller
        self._key = call.idempotency_key
        self._token = request.headers.get("Authorization", "").partition(" ")[2].strip()
        self._renewed = time.monotonic()
        self._rows = rows
        self._counts = {"rows": 0, "opened": 0, "kept": 0, "refused": 0}
        self._closed = False

    def close(self) -> None:
        """The answer was sent, or nobody listens any more."""
        if not self._closed:
            self._closed = True
            self._rows.close()
            _turns.release()

    def answer(self) -> Iterator[bytes]:
        """Line after line; its turn is given back with the last, or when nobody reads on."""
        try:
            yield from self._answer()
        finally:
            self.close()

    def _answer(self) -> Iterator[bytes]:
        waiting: deque[_Row] = deque()
        done: dict[str, Any] = {"done": True}
        for number, line in enumerate(_rows(self._rows), start=1):
            try:
                caller = self._present_caller()
            except FairleadError as error:
                # The token was revoked, or ran out: what was sent so far is told, the rest is not begun.
                done = {
                    "done": False,
                    "problem": problems.problem(401, error.reason, error.message).get_json(),
                }
                break
            waiting.append(self._begun(caller, number, line))
            if len(waiting) >= _IN_HAND:
                yield self._told(waiting.popleft())
            while waiting and (waiting[0].waits is None or waiting[0].waits.done()):
                yield self._told(waiting.popleft())
        while waiting:
            yield self._told(waiting.popleft())
        yield _line({**done, **self._counts})

    def _begun(self, caller: Caller, number: int, line: bytes) -> _Row:
        """On its way to intake, or refused."""
        self._counts["rows"] += 1
        try:
            if len(line) > LONGEST_ROW:
                message = f"A row has {LONGEST_ROW // 1024} KiB at most."
                return _Row(number, refusal=problems.problem(413, "row_too_large", message))
            body = BulkRow.model_validate_json(line)
            key = body.idempotency_key or f"{self._key}:{number}"
            with fields_as_sent():
                fields = submission_fields(caller, body, key)
            self._wait_for_a_token(caller)
            submit = backends().submissions.submit
            return _Row(number, body.idempotency_key or "", _workers.submit(submit, caller, **fields))
        except ValidationError as error:
            return _Row(number, refusal=_invalid(error))
        except FairleadError as error:
            return _Row(number, refusal=problems.problem_of(error))

    def _told(self, row: _Row) -> bytes:
        """A row's line, once it is kept or refused."""
        told: dict[str, Any] = {"row": row.number}
        if row.key:
            told["idempotency_key"] = row.key
        refusal = row.refusal
        if row.waits is not None:
            try:
                with fields_as_sent():
                    submission = row.waits.result()
                return _line({**told, **self._kept(submission)})
            except FairleadError as error:
                refusal = problems.problem_of(error)
        assert refusal is not None
        self._counts["refused"] += 1
        told |= {"status": refusal.status_code, "problem": refusal.get_json()}
        if "Retry-After" in refusal.headers:
            told["retry_after"] = int(refusal.headers["Retry-After"])
        return _line(told)

    def _kept(self, submission: submission_pb2.Submission) -> dict[str, Any]:
        if submission.incident_id:
            self._counts["opened"] += 1
            opened = {"incident_id": submission.incident_id, "number": submission.incident_number}
            return {"status": 201, **opened, "submission_id": submission.submission_id}
        self._counts["kept"] += 1
        return {"status": 202, "submission_id": submission.submission_id}

    def _present_caller(self) -> Caller:
        """The token is looked at again and again: it may be revoked while this goes on, and a caller's word is short-lived."""
        if time.monotonic() - self._renewed > _RENEWED_SECONDS:
            self._caller = gateway().auth.access_tokens.caller_of(self._token, "incidents:write")
            self._renewed = time.monotonic()
        return self._caller

    @staticmethod
    def _wait_for_a_token(caller: Caller) -> None:
        """Each row counts as a request; beyond the rate this one is read more slowly, and nothing is refused."""
        while True:
            try:
                gateway().auth.api_limits.take(bucket_of(caller))
                return
            except ResourceExhausted:
                time.sleep(_BREATH_SECONDS)


def _spooled(most: int) -> IO[bytes]:
    """The rows, on disk when they are many. Raises RequestEntityTooLarge, InvalidArgument("too_many_rows").

    Most clients read nothing before they have sent everything: to answer the first rows while the last are on their way
    would bring both sides to a stand.
    """
    spool = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the response
    try:
        while chunk := request.stream.read(_READ):
            spool.write(chunk)
        spool.seek(0)
        if sum(1 for _line in _rows(spool)) > most:
            message = f"One request has {most} rows at most. Nothing was opened; send them in parts."
            raise InvalidArgument("too_many_rows", message, limit=most)
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return spool


def _rows(file: IO[bytes]) -> Iterator[bytes]:
    """Lines that are not empty; of one that is too long, its beginning."""
    while line := file.readline(LONGEST_ROW + 1):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_ROW)  # the end of what is too long, or nothing after the last line
        if line.strip():
            yield line


def _invalid(error: ValidationError) -> Response:
    found = error.errors(include_url=False, include_context=False, include_input=False)[:50]
    if any(each["type"] == "json_invalid" for each in found):
        return problems.problem(422, "malformed_json", "The row is not JSON.")
    errors = [
        {
            "field": ".".join(map(str, each["loc"])) or "body",
            "code": str(each["type"]),
            "message": str(each["msg"]),
        }
        for each in found
    ]
    return problems.problem(422, "invalid_request", "The row is not valid.", errors=errors)


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
