"""Fetching mail: what is new in a mailbox is taken, and then waited for."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from chassis.errors import Unavailable
from services.intake.domain.arrival import LARGEST_KEPT
from services.intake.domain.fetched import arrival_id, envelope_sender, recipients
from services.intake.domain.mailbox import Mailbox, Problem, failed, pause_after, polled, took
from services.intake.domain.sign_in import SignIn
from services.intake.ports import Clock, Log
from services.intake.ports.mailboxes import AccessToken, Connect, Kept, Mailboxes, MailboxFailed, OpenMailbox
from services.intake.use_cases.receiving import Receiving

_AT_ONCE = 20
_DURABLE_SECONDS = 60.0
# So soon it is noticed that a mailbox was changed or removed.
_WAIT_SECONDS = 1.0
_STORE_AWAY_SECONDS = 2.0
# Somebody else's work, or nobody's: whoever looks after the mailboxes will say so.
_CHANGED_SECONDS = 1.0


@dataclass(frozen=True)
class Emptying:
    """Takes what is new in an open mailbox.

    A message counts as taken when its bytes are durable here, and only then is it marked, moved or deleted there. A
    crash in between finds by its id that it is here, so it is one arrival however often it is fetched.
    """

    mailboxes: Mailboxes
    receiving: Receiving
    kept: Kept
    clock: Clock
    log: Log

    def empty(self, mailbox: Mailbox, there: OpenMailbox, goes_on: Callable[[], bool]) -> Mailbox:
        """All that is new, as long as it may go on. Raises MailboxFailed, Unavailable when the store is away."""
        progress, broken = mailbox.progress, ""
        # A folder that is new to us, or was made anew and numbers its messages anew: what is unread there is new.
        known = progress.uid_validity == there.uid_validity
        found = there.new(progress.last_uid if known else None)
        last = progress.last_uid if known else max(there.uid_next - 1, 0)
        for start in range(0, len(found), _AT_ONCE):
            if not goes_on():
                return replace(mailbox, progress=progress)
            batch = found[start : start + _AT_ONCE]
            count, said = self._take(mailbox, there, batch)
            broken = said or broken
            if known:
                progress = took(progress, there.uid_validity, max(batch), count, self.clock())
            else:
                # Were it said now, what is left of the unread ones would be passed over after a crash.
                progress = took(progress, progress.uid_validity, progress.last_uid, count, self.clock())
            self.mailboxes.note(mailbox, progress)
        now = self.clock()
        progress = polled(took(progress, there.uid_validity, max([last, *found]), 0, now), now)
        if broken:
            progress = replace(progress, problem=Problem.MESSAGE, detail=broken, problem_time=now)
        self.mailboxes.note(mailbox, progress)
        return replace(mailbox, progress=progress)

    def _take(self, mailbox: Mailbox, there: OpenMailbox, batch: Sequence[int]) -> tuple[int, str]:
        """How many are new here, and what was wrong with one of them."""
        ids = {uid: arrival_id(mailbox.mailbox_id, there.uid_validity, uid) for uid in batch}
        here = self.kept.known(list(ids.values()))
        writing, done, broken = [], [uid for uid in batch if ids[uid] in here], ""
        for uid in batch:
            if ids[uid] in here:
                continue
            try:
                got = there.fetch(uid, LARGEST_KEPT)
            except MailboxFailed as failure:
                if failure.problem is not Problem.MESSAGE:
                    raise
                # One that the server cannot give must not stop the others; it stays where it is.
                broken = f"{uid}: {failure.detail}"
                self.log.warning("mail_not_fetched", mailbox_id=mailbox.mailbox_id, uid=uid)
                continue
            if got is not None:
                writing.append((uid, self._keep(mailbox, ids[uid], *got)))
        for uid, durable in writing:
            durable.result(timeout=_DURABLE_SECONDS)
            done.append(uid)
        if done:
            there.took(sorted(done))
        return len(writing), broken

    def _keep(self, mailbox: Mailbox, arrival: str, raw: bytes, size: int) -> "Future[None]":
        return self.receiving.receive_mail(
            envelope_sender(raw),
            recipients(raw, mailbox.address),
            raw,
            size > LARGEST_KEPT and len(raw) >= LARGEST_KEPT,
            "",
            arrival_id=arrival,
        )


@dataclass(frozen=True)
class Fetching:
    """Empties mailboxes, each over a connection that stays open while all is well."""

    mailboxes: Mailboxes
    emptying: Emptying
    connect: Connect
    access_token: AccessToken
    clock: Clock
    log: Log

    def enabled(self) -> list[Mailbox]:
        """Those to fetch from. Raises Unavailable."""
        return self.mailboxes.enabled()

    def fetch(self, mailbox: Mailbox, goes_on: Callable[[], bool]) -> float:
        """Takes what is new and what comes, as long as it may; seconds until it is to be tried again."""
        try:
            fresh = self._fresh(mailbox)
            if fresh is None:
                return _CHANGED_SECONDS
            mailbox = fresh
            self._stay(mailbox, goes_on)
        except MailboxFailed as failure:
            return self._failed(mailbox, failure)
        except (Unavailable, TimeoutError) as error:
            self.log.warning("mailbox_postponed", mailbox_id=mailbox.mailbox_id, error=type(error).__name__)
            return _STORE_AWAY_SECONDS
        except Exception as error:
            return self._failed(mailbox, MailboxFailed(Problem.PROTOCOL, type(error).__name__))
        return 0.0

    def _fresh(self, mailbox: Mailbox) -> Mailbox | None:
        """As it is now: whoever fetched before may have come further."""
        found = next((one for one in self.enabled() if one.mailbox_id == mailbox.mailbox_id), None)
        return found if found and found.revision == mailbox.revision else None

    def _stay(self, mailbox: Mailbox, goes_on: Callable[[], bool]) -> None:
        there = self.connect(mailbox.account, self._key(mailbox))
        try:
            mailbox = self.emptying.empty(mailbox, there, goes_on)
            while goes_on():
                if there.wait(_WAIT_SECONDS):
                    mailbox = self.emptying.empty(mailbox, there, goes_on)
        finally:
            there.close()

    def _key(self, mailbox: Mailbox) -> str:
        """The password, or a fresh access token: connections last, so that one is needed seldom."""
        secrets = self.mailboxes.secrets(mailbox)
        if mailbox.account.sign_in is SignIn.PASSWORD:
            return secrets.password
        granted = self.access_token(mailbox.account, secrets)
        if granted.refresh_token not in ("", secrets.refresh_token):
            self.mailboxes.renew(mailbox, replace(secrets, refresh_token=granted.refresh_token))
        return granted.access_token

    def _failed(self, mailbox: Mailbox, failure: MailboxFailed) -> float:
        self.log.warning("mailbox_not_fetched", mailbox_id=mailbox.mailbox_id, problem=failure.problem.value)
        try:
            current = self._fresh(mailbox) or mailbox
            progress = failed(current.progress, failure.problem, failure.detail, self.clock())
            self.mailboxes.note(current, progress)
        except Unavailable:
            return _STORE_AWAY_SECONDS
        return pause_after(progress).total_seconds()
