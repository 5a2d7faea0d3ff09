"""A rule through its versions: what was written and by whom, what was tried, and which version decides."""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidState, NotFound
from services.triage.domain.rule import Rule

# The version that decides is kept besides, however old it is.
MOST_VERSIONS = 50
_LONGEST_NOTE = 500


@dataclass(frozen=True)
class Author:
    """Who did something, as they are called."""

    subject: str
    name: str


@dataclass(frozen=True)
class Tried:
    """A trial on the last incidents: on how many, how many it held for, and for how many something would have changed."""

    time: datetime
    name: str
    incidents: int
    held: int
    changed: int


@dataclass(frozen=True)
class Switched:
    """When it began or ceased to decide. untried_reason: why it was switched on without a trial."""

    on: bool
    time: datetime
    name: str
    untried_reason: str = ""


@dataclass(frozen=True)
class Version:
    """What was written. rule: as it stood, disabled."""

    number: int
    rule: Rule
    author: Author
    time: datetime
    note: str = ""
    tried: Tried | None = None
    switches: tuple[Switched, ...] = ()


@dataclass(frozen=True)
class RuleHistory:
    """versions: the oldest first. rule: the latest, with where it stands in the order; live: which one decides, 0 for none."""

    rule: Rule
    versions: tuple[Version, ...]
    live: int = 0

    @property
    def latest(self) -> Version:
        return self.versions[-1]

    def version(self, number: int) -> Version:
        """Raises NotFound("rule_version_not_found")."""
        for one in self.versions:
            if one.number == number:
                return one
        raise NotFound("rule_version_not_found", "There is no such version.")

    @property
    def deciding(self) -> Rule | None:
        """What decides, at the rule's place in the order."""
        if not self.live:
            return None
        kept = self.version(self.live).rule
        return replace(kept, position=self.rule.position, enabled=True, version=self.live)

    def written(self, rule: Rule, author: Author, note: str, now: datetime) -> "RuleHistory":
        """With a version more, unless it says what the latest says; where it stands in the order is no matter of versions."""
        placed = replace(self, rule=replace(self.rule, position=rule.position))
        if _content(rule) == _content(self.latest.rule):
            return placed
        number = self.latest.number + 1
        same = [one for one in self.versions if _decides(one.rule) == _decides(rule)]
        # What was tried under another name or version was tried.
        tried = next((one.tried for one in reversed(same) if one.tried), None)
        new = Version(number, _content(rule), author, now, note.strip()[:_LONGEST_NOTE], tried)
        written = replace(placed, versions=_trimmed((*self.versions, new), self.live))
        is_live_content = any(one.number == self.live for one in same)
        return replace(written, live=number).told() if is_live_content else written.told()

    def switched(self, on: bool, author: Author, untried_reason: str, now: datetime) -> "RuleHistory":
        """With the latest version deciding, or none. Raises InvalidState("rule_not_tried") without a trial or a reason."""
        wanted = self.latest.number if on else 0
        if wanted == self.live:
            return self
        reason = untried_reason.strip()[:_LONGEST_NOTE]
        if on and not self.latest.tried and not reason:
            raise InvalidState(
                "rule_not_tried",
                "This version was not tried on earlier incidents. Try it, or say why it is switched on without.",
                version=wanted,
            )
        forced = reason if on and not self.latest.tried else ""
        changed = self._with_switch(wanted or self.live, Switched(on, now, author.name, forced))
        return replace(changed, live=wanted).told()

    def tried(self, number: int, trial: Tried) -> "RuleHistory":
        """With what came of a trial of one version."""
        versions = tuple(replace(one, tried=trial) if one.number == number else one for one in self.versions)
        return replace(self, versions=versions).told()

    def told(self) -> "RuleHistory":
        """With the rule as the latest version says it."""
        latest = self.latest
        rule = replace(
            latest.rule,
            position=self.rule.position,
            revision=self.rule.revision,
            update_time=self.rule.update_time,
            enabled=self.live > 0,
            version=latest.number,
            live_version=self.live,
            is_tried=latest.tried is not None,
        )
        return replace(self, rule=rule)

    def _with_switch(self, number: int, switch: Switched) -> "RuleHistory":
        versions = tuple(
            replace(one, switches=(*one.switches, switch)[-20:]) if one.number == number else one
            for one in self.versions
        )
        return replace(self, versions=versions)


def begun(rule: Rule, author: Author, note: str, now: datetime) -> RuleHistory:
    """A rule's first version, which decides nothing yet."""
    first = Version(1, _content(rule), author, now, note.strip()[:_LONGEST_NOTE])
    return RuleHistory(rule, (first,)).told()


def _content(rule: Rule) -> Rule:
    """What a version says."""
    return replace(
        rule,
        position=0,
        enabled=False,
        revision=0,
        update_time=None,
        version=0,
        live_version=0,
        is_tried=False,
    )


def _decides(rule: Rule) -> Rule:
    """What of a version has to do with what it decides."""
    return replace(_content(rule), name="")


def _trimmed(versions: tuple[Version, ...], live: int) -> tuple[Version, ...]:
    kept = versions[-MOST_VERSIONS:]
    return (*(one for one in versions[:-MOST_VERSIONS] if one.number == live), *kept)
