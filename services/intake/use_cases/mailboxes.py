"""Mailboxes that mail is fetched from, as administrators set them up."""

from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument, RevisionConflict
from chassis.tenancy import Caller, Role, TenantScope
from services.intake.domain import sign_in
from services.intake.domain.mailbox import Account, Mailbox, Problem, check
from services.intake.domain.sign_in import Secrets, SignIn
from services.intake.ports import Clock, Directory, NewId
from services.intake.ports.mailboxes import Mailboxes

_ADMINISTRATORS = (Role.PROVIDER_ADMIN, Role.OPERATOR)
_AT_ONCE = 20
_DURABLE_SECONDS = 60.0


@dataclass(frozen=True)
class KeepMailboxes:
    """Administrators alone; secrets are never shown again."""

    mailboxes: Mailboxes
    directory: Directory
    clock: Clock
    new_id: NewId

    def create(
        self, caller: Caller, tenant_id: str, address: str, account: Account, secrets: Secrets, enabled: bool
    ) -> Mailbox:
        """Raises InvalidArgument naming the field, AlreadyExists("mailbox_exists"), NotFound("tenant_not_found")."""
        scope = self._scope(caller, tenant_id)
        if tenant_id:
            self.directory.client(scope.provider_id, tenant_id)
        address = address.strip().lower()
        check(address, account)
        sign_in.check(account.sign_in, account.source, secrets)
        self._check_owner(scope, address)
        made = Mailbox(
            mailbox_id=self.new_id("mbx"),
            provider_id=scope.provider_id,
            tenant_id=scope.tenant_id,
            address=address,
            account=account,
            enabled=enabled,
            create_time=self.clock(),
        )
        return self.mailboxes.add(scope, made, secrets)

    def get(self, caller: Caller, mailbox_id: str) -> Mailbox:
        """Raises NotFound("mailbox_not_found")."""
        caller.require(*_ADMINISTRATORS)
        return self.mailboxes.get(caller.granted(), mailbox_id)

    def all(self, caller: Caller, tenant_id: str) -> list[Mailbox]:
        """tenant_id empty means all the caller may see."""
        caller.require(*_ADMINISTRATORS)
        return self.mailboxes.all(caller.scope(tenant_id) if tenant_id else caller.granted())

    def update(
        self, caller: Caller, mailbox_id: str, account: Account, typed: Secrets, enabled: bool, revision: int
    ) -> Mailbox:
        """A secret left empty stays what it was, unless it would go elsewhere."""
        found = self.get(caller, mailbox_id)
        if revision and revision != found.revision:
            raise RevisionConflict("mailbox_changed", "Somebody else changed it first.", revision=revision)
        check(found.address, account)
        # Otherwise whoever may change it could have the secrets sent to a server of theirs.
        elsewhere = account.destinations != found.account.destinations
        secrets = typed if elsewhere else self._typed_anew(found, typed)
        if secrets:
            sign_in.check(account.sign_in, account.source, secrets)
        progress = found.progress
        if elsewhere or account.folder != found.account.folder:
            progress = replace(progress, uid_validity=0, last_uid=0)
        progress = replace(progress, problem=Problem.NONE, detail="", problem_time=None, failures=0)
        changed = replace(found, account=account, enabled=enabled, progress=progress)
        return self.mailboxes.save(changed, secrets)

    def _typed_anew(self, mailbox: Mailbox, typed: Secrets) -> Secrets | None:
        """None where nothing was. What is kept is opened only where half is missing: after a change of our key nothing
        can be, and whoever enters all of it anew must not be kept from that.
        """
        if typed == Secrets():
            return None
        both = mailbox.account.sign_in is SignIn.REFRESH_TOKEN
        is_whole = bool(typed.password) and (bool(typed.refresh_token) or not both)
        return typed if is_whole else typed.over(self.mailboxes.secrets(mailbox))

    def delete(self, caller: Caller, mailbox_id: str) -> None:
        """Raises NotFound("mailbox_not_found")."""
        caller.require(*_ADMINISTRATORS)
        self.mailboxes.delete(caller.granted(), mailbox_id)

    def _scope(self, caller: Caller, tenant_id: str) -> TenantScope:
        caller.require(*_ADMINISTRATORS)
        return caller.scope(tenant_id) if tenant_id else caller.provider_scope()

    def _check_owner(self, scope: TenantScope, address: str) -> None:
        """What lies in it is filed as if it had been sent to this address, so that must be theirs."""
        place = self.directory.place("", [address], ())
        if place is None or place.provider_id != scope.provider_id:
            raise InvalidArgument(
                "mailbox_not_ours", "This is no support address of this provider.", field="address"
            )
