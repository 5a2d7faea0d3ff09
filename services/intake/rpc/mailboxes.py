"""Calls of administrators about mailboxes, translated to use cases."""

from dataclasses import dataclass
from datetime import datetime

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.intake.v1 import mailbox_pb2, mailbox_service_pb2, mailbox_service_pb2_grpc
from services.intake.domain.mailbox import Account, After, Mailbox, Security
from services.intake.domain.sign_in import Secrets, SignIn, TokenSource
from services.intake.use_cases.mailboxes import KeepMailboxes

MAILBOX_SERVICE_NAME = "fairlead.intake.v1.MailboxService"
_SECURITY = {
    mailbox_pb2.MAILBOX_SECURITY_TLS: Security.TLS,
    mailbox_pb2.MAILBOX_SECURITY_STARTTLS: Security.STARTTLS,
    mailbox_pb2.MAILBOX_SECURITY_NONE: Security.NONE,
}
_AFTER = {
    mailbox_pb2.MAILBOX_AFTER_MARK_SEEN: After.SEEN,
    mailbox_pb2.MAILBOX_AFTER_MOVE: After.MOVE,
    mailbox_pb2.MAILBOX_AFTER_DELETE: After.DELETE,
}
_SIGN_IN = {
    mailbox_pb2.MAILBOX_SIGN_IN_UNSPECIFIED: SignIn.PASSWORD,
    mailbox_pb2.MAILBOX_SIGN_IN_PASSWORD: SignIn.PASSWORD,
    mailbox_pb2.MAILBOX_SIGN_IN_CLIENT_CREDENTIALS: SignIn.CLIENT_CREDENTIALS,
    mailbox_pb2.MAILBOX_SIGN_IN_REFRESH_TOKEN: SignIn.REFRESH_TOKEN,
}
_SIGN_IN_NUMBERS = {word: number for number, word in _SIGN_IN.items()}
_SECURITY_NUMBERS = {word: number for number, word in _SECURITY.items()}
_AFTER_NUMBERS = {word: number for number, word in _AFTER.items()}


@dataclass(frozen=True)
class MailboxServicer(mailbox_service_pb2_grpc.MailboxServiceServicer):
    """See the proto."""

    mailboxes: KeepMailboxes

    def CreateMailbox(
        self, request: mailbox_service_pb2.CreateMailboxRequest, context: grpc.ServicerContext
    ) -> mailbox_pb2.Mailbox:
        wanted = request.mailbox
        made = self.mailboxes.create(
            caller_of(context),
            wanted.tenant_id,
            wanted.address,
            _account(wanted),
            Secrets(request.password, request.refresh_token),
            wanted.enabled,
        )
        return _message(made)

    def GetMailbox(
        self, request: mailbox_service_pb2.GetMailboxRequest, context: grpc.ServicerContext
    ) -> mailbox_pb2.Mailbox:
        return _message(self.mailboxes.get(caller_of(context), request.mailbox_id))

    def ListMailboxes(
        self, request: mailbox_service_pb2.ListMailboxesRequest, context: grpc.ServicerContext
    ) -> mailbox_service_pb2.ListMailboxesResponse:
        found = self.mailboxes.all(caller_of(context), request.tenant_id)
        return mailbox_service_pb2.ListMailboxesResponse(mailboxes=[_message(one) for one in found])

    def UpdateMailbox(
        self, request: mailbox_service_pb2.UpdateMailboxRequest, context: grpc.ServicerContext
    ) -> mailbox_pb2.Mailbox:
        wanted = request.mailbox
        changed = self.mailboxes.update(
            caller_of(context),
            wanted.mailbox_id,
            _account(wanted),
            Secrets(request.password, request.refresh_token),
            wanted.enabled,
            wanted.revision,
        )
        return _message(changed)

    def DeleteMailbox(
        self, request: mailbox_service_pb2.DeleteMailboxRequest, context: grpc.ServicerContext
    ) -> mailbox_service_pb2.DeleteMailboxResponse:
        self.mailboxes.delete(caller_of(context), request.mailbox_id)
        return mailbox_service_pb2.DeleteMailboxResponse()


def _account(wanted: mailbox_pb2.Mailbox) -> Account:
    if wanted.security not in _SECURITY:
        raise InvalidArgument("security_invalid", "TLS, STARTTLS or none.", field="security")
    if wanted.after not in _AFTER:
        raise InvalidArgument("after_invalid", "Mark as seen, move or delete.", field="after")
    if wanted.sign_in not in _SIGN_IN:
        raise InvalidArgument("sign_in_invalid", "Password or OAuth.", field="sign_in")
    by_token = _SIGN_IN[wanted.sign_in] is not SignIn.PASSWORD
    source = TokenSource(wanted.token_url.strip(), wanted.client_id.strip(), wanted.oauth_scope.strip())
    return Account(
        sign_in=_SIGN_IN[wanted.sign_in],
        source=source if by_token else TokenSource(),
        host=wanted.host.strip(),
        port=wanted.port,
        security=_SECURITY[wanted.security],
        username=wanted.username,
        folder=wanted.folder.strip() or "INBOX",
        after=_AFTER[wanted.after],
        move_to=wanted.move_to.strip(),
    )


def _message(mailbox: Mailbox) -> mailbox_pb2.Mailbox:
    """Everything but the secrets."""
    account, progress = mailbox.account, mailbox.progress
    own = mailbox.tenant_id == mailbox.provider_id
    return mailbox_pb2.Mailbox(
        mailbox_id=mailbox.mailbox_id,
        tenant_id="" if own else mailbox.tenant_id,
        address=mailbox.address,
        host=account.host,
        port=account.port,
        security=_SECURITY_NUMBERS[account.security],
        username=account.username,
        folder=account.folder,
        after=_AFTER_NUMBERS[account.after],
        move_to=account.move_to,
        enabled=mailbox.enabled,
        create_time=_timestamp(mailbox.create_time),
        revision=mailbox.revision,
        poll_time=_timestamp(progress.poll_time),
        take_time=_timestamp(progress.take_time),
        taken=progress.taken,
        problem=progress.problem.value,
        problem_detail=progress.detail,
        problem_time=_timestamp(progress.problem_time),
        sign_in=_SIGN_IN_NUMBERS[account.sign_in],
        token_url=account.source.token_url,
        client_id=account.source.client_id,
        oauth_scope=account.source.oauth_scope,
    )


def _timestamp(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    result = Timestamp()
    result.FromDatetime(moment)
    return result
