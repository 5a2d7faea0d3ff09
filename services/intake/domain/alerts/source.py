"""An alert source: one monitoring system of one client, and how its alerts are handled."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.errors import InvalidArgument
from services.intake.domain.alerts.mapping import AlertMapping
from services.intake.domain.alerts.senders import Sender
from services.intake.domain.alerts.severity import USUAL_WEIGHTS, Severity, Weight
from services.intake.domain.alerts.signal import Signal, digest_key

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
# PagerDuty's integrations insist on 32 characters; five bits each make 160.
KEY_LENGTH = 32
_LONGEST_NAME = 100
_MOST_LABELS = 10


class Correlation(StrEnum):
    """Which different alerts are taken for one cause, and so share an incident."""

    NONE = "none"
    # Of all sources of the client that go by it.
    CONFIGURATION_ITEM = "configuration_item"
    LABELS = "labels"
    # Whatever this source says within some minutes of each other.
    TIME_WINDOW = "time_window"


class AutoResolve(StrEnum):
    """Whether an incident is resolved when all its alerts have recovered."""

    ALWAYS = "always"
    # Not where somebody is working on it: they are told by a note, and decide.
    UNTOUCHED = "untouched"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Policy:
    """How alerts of a source become incidents.

    reopen_minutes: so long after its recovery an alert that fires again reopens the same incident. flap_changes within
    flap_minutes: so many, and it is said to be flapping; it has to keep still for flap_minutes before it counts as over.
    """

    correlation: Correlation = Correlation.NONE
    correlation_labels: tuple[str, ...] = ()
    correlation_minutes: int = 5
    auto_resolve: AutoResolve = AutoResolve.UNTOUCHED
    reopen_minutes: int = 60
    flap_changes: int = 6
    flap_minutes: int = 15
    weights: Mapping[Severity, Weight] = field(default_factory=lambda: dict(USUAL_WEIGHTS))

    def checked(self) -> "Policy":
        """Itself. Raises InvalidArgument naming the field."""
        for name, least, most in (
            ("correlation_minutes", 1, 1440),
            ("reopen_minutes", 0, 10_080),
            ("flap_changes", 0, 100),
            ("flap_minutes", 1, 1440),
        ):
            if not least <= getattr(self, name) <= most:
                raise InvalidArgument("number_out_of_range", f"From {least} to {most}.", field=name)
        if self.correlation is Correlation.LABELS and not 1 <= len(self.correlation_labels) <= _MOST_LABELS:
            raise InvalidArgument("labels_required", "Name one to ten labels.", field="correlation_labels")
        return self

    @property
    def reopen_window(self) -> timedelta:
        return timedelta(minutes=self.reopen_minutes)

    @property
    def flap_window(self) -> timedelta:
        return timedelta(minutes=self.flap_minutes)

    def weight_of(self, severity: Severity) -> Weight:
        return self.weights.get(severity) or USUAL_WEIGHTS[severity]


@dataclass(frozen=True, slots=True)
class AlertSource:
    """key_digest: of its key, which is shown once and kept nowhere. key_hint: its last four characters.

    secret: what a sender signs with (Sentry), "" for none; it is kept, as signatures are made anew, and never shown.
    """

    source_id: str
    provider_id: str
    tenant_id: str
    name: str
    sender: Sender
    key_digest: str
    key_hint: str
    create_time: datetime
    enabled: bool = True
    secret: str = ""
    mapping: AlertMapping = field(default_factory=AlertMapping)
    policy: Policy = field(default_factory=Policy)
    key_time: datetime | None = None
    last_alert_time: datetime | None = None
    last_error_time: datetime | None = None
    last_error: str = ""
    # SNS: the topic it was subscribed to; others may not speak by the same address.
    topic: str = ""
    revision: int = 1

    def checked(self) -> "AlertSource":
        """The same, trimmed. Raises InvalidArgument naming the field."""
        name = " ".join(self.name.split())
        if not name:
            raise InvalidArgument("name_required", "What is it called?", field="name")
        if len(name) > _LONGEST_NAME:
            raise InvalidArgument("name_too_long", "At most 100 characters.", field="name")
        if len(self.secret) > 200:
            raise InvalidArgument("secret_too_long", "At most 200 characters.", field="secret")
        return replace(self, name=name, mapping=self.mapping.checked(), policy=self.policy.checked())

    def with_key(self, key: str, now: datetime) -> "AlertSource":
        """Only this key opens it from now on."""
        return replace(self, key_digest=digest_of_key(key), key_hint=key[-4:], key_time=now)

    def opens_with(self, key: str) -> bool:
        """Whether this is its key; takes as long for a wrong one."""
        return hmac.compare_digest(self.key_digest, digest_of_key(key))

    def correlation_key(self, signal: Signal) -> str:
        """What alerts of one cause have in common; "" where this one stands alone."""
        policy = self.policy
        if policy.correlation is Correlation.CONFIGURATION_ITEM and signal.configuration_item:
            return f"ci:{digest_key(signal.configuration_item.lower())}"
        if policy.correlation is Correlation.LABELS:
            values = [signal.label(name) for name in policy.correlation_labels]
            return f"labels:{digest_key(*policy.correlation_labels, *values)}" if all(values) else ""
        if policy.correlation is Correlation.TIME_WINDOW:
            return f"source:{self.source_id}"
        return ""


def new_key() -> str:
    """A key that nobody guesses, of letters and digits that are not taken for each other."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(KEY_LENGTH))


def digest_of_key(key: str) -> str:
    """What is kept of a key. As it is random, a plain digest tells as little as a slow one."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
