"""Rules and assignment groups: written by administrators, read by staff."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import Caller, TenantScope
from services.triage import ports
from services.triage.domain.routing import AssignmentGroup, Member, check_group
from services.triage.domain.rule import Rule, check_rule
from services.triage.domain.rule_history import Author, RuleHistory, begun
from services.triage.use_cases.rooms import read_room, write_room


@dataclass(frozen=True)
class RuleChange:
    """What else is asked with a change. on: None leaves what decides as it is; note: why it was changed."""

    on: bool | None = None
    note: str = ""
    untried_reason: str = ""


@dataclass(frozen=True)
class KeepRules:
    """The provider's rules: written by administrators, read by staff."""

    rules: ports.Rules
    groups: ports.Groups
    clients: ports.Clients
    staff: ports.Staff
    now: ports.Clock
    new_id: ports.NewId

    def create(self, caller: Caller, rule: Rule, asked: RuleChange) -> Rule:
        """A first version. Raises InvalidState("rule_not_tried") where it is to be switched on at once without a reason."""
        room = write_room(caller)
        self._check(caller, room, rule)
        now, author = self.now(), _author(caller)
        new = begun(replace(rule, rule_id=self.new_id("rul")), author, asked.note, now)
        if asked.on:
            new = new.switched(True, author, asked.untried_reason, now)
        return self.rules.add(room, new, now).rule

    def update(self, caller: Caller, rule: Rule, revision: int, asked: RuleChange) -> Rule:
        """A version more, if it says anything new. What decides goes on until the new one is switched on."""
        room = write_room(caller)
        self._check(caller, room, rule)
        now, author = self.now(), _author(caller)
        known = self.rules.history(room, rule.rule_id)
        changed = known.written(rule, author, asked.note, now)
        if asked.on is not None:
            changed = changed.switched(asked.on, author, asked.untried_reason, now)
        return self.rules.replace(room, changed, revision or known.rule.revision, now).rule

    def restore(self, caller: Caller, rule_id: str, version: int, revision: int) -> Rule:
        """What an earlier version said, as the latest one. Raises NotFound("rule_version_not_found")."""
        room = write_room(caller)
        known = self.rules.history(room, rule_id)
        rule = replace(known.version(version).rule, rule_id=rule_id, position=known.rule.position)
        note = f"Version {version} restored"
        return self.update(caller, rule, revision or known.rule.revision, RuleChange(note=note))

    def history(self, caller: Caller, rule_id: str) -> RuleHistory:
        """Its versions, without those of clients the caller is not granted."""
        history = self.rules.history(read_room(caller), rule_id)
        known = tuple(one for one in history.versions if _concerns(caller, one.rule))
        if not _concerns(caller, history.rule) or not known:
            raise NotFound("rule_not_found", "There is no such rule.")
        return replace(history, versions=known)

    def delete(self, caller: Caller, rule_id: str) -> None:
        self.rules.delete(write_room(caller), rule_id)

    def get(self, caller: Caller, rule_id: str) -> Rule:
        rule = self.rules.get(read_room(caller), rule_id)
        if not _concerns(caller, rule):
            raise NotFound("rule_not_found", "There is no such rule.")
        return rule

    def all(self, caller: Caller) -> list[Rule]:
        """In the order they are tried, without those of clients the caller is not granted."""
        return [rule for rule in self.rules.all(read_room(caller)) if _concerns(caller, rule)]

    def _check(self, caller: Caller, room: TenantScope, rule: Rule) -> None:
        check_rule(rule)
        if rule.tenant_id:
            self.clients.require(caller, [rule.tenant_id])
        if rule.actions.assignment_group_id:
            try:
                self.groups.get(room, rule.actions.assignment_group_id)
            except NotFound as error:
                raise InvalidArgument(
                    "assignment_group_unknown",
                    "There is no such assignment group.",
                    field="assignment_group_id",
                ) from error
        assignee_id = rule.actions.assignee_id
        if assignee_id and not self.staff.names(caller, [assignee_id]):
            raise InvalidArgument("assignee_unknown", "There is no such person.", field="assignee_id")


@dataclass(frozen=True)
class KeepGroups:
    """The provider's assignment groups: written by administrators, read by staff."""

    groups: ports.Groups
    staff: ports.Staff
    clients: ports.Clients
    new_id: ports.NewId
    schedules: ports.Schedules | None = None

    def create(self, caller: Caller, group: AssignmentGroup) -> AssignmentGroup:
        room = write_room(caller)
        return self.groups.add(room, self._checked(caller, replace(group, group_id=self.new_id("grp"))))

    def update(self, caller: Caller, group: AssignmentGroup, revision: int) -> AssignmentGroup:
        room = write_room(caller)
        return self.groups.replace(room, self._checked(caller, group), revision)

    def get(self, caller: Caller, group_id: str) -> AssignmentGroup:
        group = _as_seen_by(caller, self.groups.get(read_room(caller), group_id))
        if group is None:
            raise NotFound("assignment_group_not_found", "There is no such assignment group.")
        return group

    def all(self, caller: Caller) -> list[AssignmentGroup]:
        """By name, without those that work only for clients the caller is not granted."""
        found = (_as_seen_by(caller, group) for group in self.groups.all(read_room(caller)))
        return [group for group in found if group]

    def _require_schedule(self, room: TenantScope, schedule_id: str) -> None:
        assert self.schedules
        try:
            self.schedules.get(room, schedule_id)
        except NotFound as error:
            raise InvalidArgument(
                "schedule_unknown", "There is no such schedule.", field="schedule_id"
            ) from error

    def _checked(self, caller: Caller, group: AssignmentGroup) -> AssignmentGroup:
        check_group(group)
        if group.schedule_id and self.schedules:
            self._require_schedule(caller.provider_scope(), group.schedule_id)
        self.clients.require(caller, group.tenant_ids)
        names = self.staff.names(caller, [member.person_id for member in group.members])
        unknown = [member.person_id for member in group.members if member.person_id not in names]
        if unknown:
            raise InvalidArgument(
                "member_unknown",
                "A member must work for the provider.",
                field="members",
                person_id=unknown[0],
            )
        return replace(group, members=_named(group.members, names))


def _named(members: Iterable[Member], names: Mapping[str, str]) -> tuple[Member, ...]:
    return tuple(replace(member, name=names[member.person_id]) for member in members)


def _author(caller: Caller) -> Author:
    return Author(caller.subject, caller.name)


def _concerns(caller: Caller, rule: Rule) -> bool:
    """Whether the rule names no client that the caller is not granted: neither as its own nor in a condition."""
    return caller.tenant_ids is None or rule.named_tenants <= caller.tenant_ids


def _as_seen_by(caller: Caller, group: AssignmentGroup) -> AssignmentGroup | None:
    """The group without the clients that are not the caller's to know; None if it works for no other."""
    if caller.tenant_ids is None or not group.tenant_ids:
        return group
    known = group.tenant_ids & caller.tenant_ids
    return replace(group, tenant_ids=known) if known else None
