"""Intake's MongoDB: arrivals with their raw bytes, submissions, quarantine, mailboxes."""

from services.intake.store.arrivals import ArrivalStore
from services.intake.store.forms import FormStore
from services.intake.store.gathering import Gathered
from services.intake.store.mailboxes import MailboxStore
from services.intake.store.providers import ProviderStore
from services.intake.store.submissions import SubmissionStore

__all__ = ["ArrivalStore", "FormStore", "Gathered", "MailboxStore", "ProviderStore", "SubmissionStore"]
