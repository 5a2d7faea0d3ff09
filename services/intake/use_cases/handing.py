"""Files that came by mail go to the record before the words do, so that both are there at once."""

import mimetypes
from collections.abc import Sequence

from chassis.errors import FairleadError, NotFound, Unavailable
from services.intake.domain.submission import Channel, Submission
from services.intake.ports import Arrivals, AttachedFile, Files, Log, Reader

# As many as the record takes with one message; whatever lies beyond stays in the raw mail.
_MOST = 20


class Handing:
    """Takes them out of the raw mail and hands each over by (submission, part number): again is the same file."""

    def __init__(self, arrivals: Arrivals, reader: Reader, files: Files, log: Log) -> None:
        self._arrivals = arrivals
        self._reader = reader
        self._files = files
        self._log = log

    def hand_over(self, submissions: Sequence[Submission]) -> tuple[list[Submission], list[Submission]]:
        """Those that are ready, naming the files that the record has for them now; and those whose files must wait."""
        ready: list[Submission] = []
        waiting: list[Submission] = []
        for one in submissions:
            if not self._brings_files(one):
                ready.append(one)
            elif waiting:
                waiting.append(one)  # it would wait in vain as well
            else:
                try:
                    ready.append(self._with_files(one))
                except Unavailable as error:
                    self._log.warning("files_wait", submission_id=one.submission_id, reason=error.reason)
                    waiting.append(one)
        return ready, waiting

    @staticmethod
    def _brings_files(submission: Submission) -> bool:
        handed = bool(submission.evidence.attachment_ids)
        return submission.channel is Channel.EMAIL and submission.attached > 0 and not handed

    def _with_files(self, submission: Submission) -> Submission:
        try:
            found = self._reader.attached(b"".join(self._arrivals.raw(submission.submission_id)))
        except NotFound:
            found = None  # its bytes are gone; its words need not be
        if found is None or len(found) > _MOST:
            self._log.warning(
                "attachments_left_out",
                submission_id=submission.submission_id,
                count=submission.attached if found is None else len(found) - _MOST,
            )
        handed = [self._hand_over(submission, *one) for one in enumerate((found or [])[:_MOST], 1)]
        return submission.with_attachments(tuple(filter(None, handed)))

    def _hand_over(self, submission: Submission, number: int, file: AttachedFile) -> str:
        """Its id; "" for what the record will never keep, as an empty part: that must not hold up the words."""
        key = f"{submission.submission_id}:{number}"
        try:
            return self._files.upload(
                submission.provider_id, submission.tenant_id, key, name_of(file, number), file.content
            )
        except Unavailable:
            raise
        except FairleadError as error:
            self._log.warning(
                "attachment_left_out",
                submission_id=submission.submission_id,
                number=number,
                reason=error.reason,
            )
            return ""


def name_of(file: AttachedFile, number: int) -> str:
    """What it is called, else what it may be called: a picture within the text often has no name."""
    if file.filename:
        return file.filename
    if file.content_type in ("message/rfc822", "message/global"):
        return f"message-{number}.eml"
    kind = file.content_type.partition("/")[0]
    stem = kind if kind in ("image", "audio", "video") else "attachment"
    return f"{stem}-{number}{mimetypes.guess_extension(file.content_type) or ''}"
