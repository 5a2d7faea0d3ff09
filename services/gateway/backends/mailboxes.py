"""Mailboxes that mail is fetched from."""

from __future__ import annotations

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.intake.v1 import mailbox_pb2 as mailbox
from fairlead.intake.v1 import mailbox_service_pb2 as messages
from fairlead.intake.v1.mailbox_service_pb2_grpc import MailboxServiceStub


class Mailboxes:
    """Client of fairlead.intake.v1.MailboxService. No answer holds a password."""

    def __init__(self, channel: Any) -> None:
        self._stub = MailboxServiceStub(channel)

    def create(
        self, caller: Caller, new: mailbox.Mailbox, password: str, refresh_token: str = ""
    ) -> mailbox.Mailbox:
        request = messages.CreateMailboxRequest(mailbox=new, password=password, refresh_token=refresh_token)
        return call(self._stub.CreateMailbox, request, caller)

    def get(self, caller: Caller, mailbox_id: str) -> mailbox.Mailbox:
        return call(self._stub.GetMailbox, messages.GetMailboxRequest(mailbox_id=mailbox_id), caller)

    def list(self, caller: Caller, tenant_id: str = "") -> list[mailbox.Mailbox]:
        request = messages.ListMailboxesRequest(tenant_id=tenant_id)
        return [*call(self._stub.ListMailboxes, request, caller).mailboxes]

    def update(
        self, caller: Caller, changed: mailbox.Mailbox, password: str, refresh_token: str = ""
    ) -> mailbox.Mailbox:
        """Replaces all but client and address; a secret left empty stays as it was."""
        request = messages.UpdateMailboxRequest(
            mailbox=changed, password=password, refresh_token=refresh_token
        )
        return call(self._stub.UpdateMailbox, request, caller)

    def delete(self, caller: Caller, mailbox_id: str) -> None:
        call(self._stub.DeleteMailbox, messages.DeleteMailboxRequest(mailbox_id=mailbox_id), caller)
