"""Alerts: received, sorted into groups, told to the record; and their sources, administered."""

from services.intake.use_cases.alerts.hearing import Hearing
from services.intake.use_cases.alerts.reading import ReadingAlerts
from services.intake.use_cases.alerts.receiving import ReceivedAlert, ReceivingAlerts
from services.intake.use_cases.alerts.sorting import Sorting
from services.intake.use_cases.alerts.sources import Sources
from services.intake.use_cases.alerts.telling import Telling

__all__ = ["Hearing", "ReadingAlerts", "ReceivedAlert", "ReceivingAlerts", "Sorting", "Sources", "Telling"]
