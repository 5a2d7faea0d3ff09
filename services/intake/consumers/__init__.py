"""What comes in without a call: mail, the directory's news, and time."""

from services.intake.consumers.directory import DirectoryFacts
from services.intake.consumers.listener import MailListener
from services.intake.consumers.mailboxes import LEASE_SECONDS, Fetchers
from services.intake.consumers.sweeps import Sweeps

__all__ = ["LEASE_SECONDS", "DirectoryFacts", "Fetchers", "MailListener", "Sweeps"]
