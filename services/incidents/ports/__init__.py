"""What the use cases need from stores and from other services; orders, changes and major incidents have modules of their own."""

from collections.abc import Callable
from datetime import datetime

from chassis.tenancy import Caller
from services.incidents.ports.configuration_items import ConfigurationItems
from services.incidents.ports.directory import Staff, StaffMember, Tenants
from services.incidents.ports.figures import Figures
from services.incidents.ports.files import Files, Scanner
from services.incidents.ports.incidents import Filed, Incidents, MailThreads, Numbers, Reservation
from services.incidents.ports.problems import ProblemRecords
from services.incidents.ports.rules import Rules

__all__ = [
    "AsService",
    "Clock",
    "ConfigurationItems",
    "Figures",
    "Filed",
    "Files",
    "Incidents",
    "MailThreads",
    "NewId",
    "Numbers",
    "ProblemRecords",
    "Reservation",
    "Rules",
    "Scanner",
    "Staff",
    "StaffMember",
    "Tenants",
]

Clock = Callable[[], datetime]
NewId = Callable[[str], str]
# This service itself, acting for a provider: for what no person asked for.
AsService = Callable[[str], Caller]
