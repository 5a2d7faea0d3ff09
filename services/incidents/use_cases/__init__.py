"""What the service does: load, decide, save with events."""

from services.incidents.use_cases.accepting import Accepted, Accepting
from services.incidents.use_cases.answering import Answering, AnswerLink, AnswerWanted, Said
from services.incidents.use_cases.attaching import Attaching, Upload
from services.incidents.use_cases.catalog import Cataloging
from services.incidents.use_cases.change_reading import ChangeReading
from services.incidents.use_cases.changes import Changes
from services.incidents.use_cases.closing import Closing
from services.incidents.use_cases.commands import Commands
from services.incidents.use_cases.configuration_items import KeepItems, ReadItems
from services.incidents.use_cases.counting import Counting
from services.incidents.use_cases.family import Family, Told
from services.incidents.use_cases.importing_items import ImportItems
from services.incidents.use_cases.item_incidents import ItemIncidents
from services.incidents.use_cases.mail import MailThreading
from services.incidents.use_cases.merging import Merging
from services.incidents.use_cases.numbering import Numbering
from services.incidents.use_cases.opening import Opening
from services.incidents.use_cases.orders import Orders
from services.incidents.use_cases.problem_reading import ProblemReading
from services.incidents.use_cases.problems import Problems
from services.incidents.use_cases.reading import Reading
from services.incidents.use_cases.scanning import Scanning
from services.incidents.use_cases.splitting import Splitting
from services.incidents.use_cases.targets import CommandTarget
from services.incidents.use_cases.ties import CarryTies
from services.incidents.use_cases.triaging import Applied, Triaging

__all__ = [
    "Accepted",
    "Accepting",
    "AnswerLink",
    "AnswerWanted",
    "Answering",
    "Applied",
    "Attaching",
    "CarryTies",
    "Cataloging",
    "ChangeReading",
    "Changes",
    "Closing",
    "CommandTarget",
    "Commands",
    "Counting",
    "Family",
    "ImportItems",
    "ItemIncidents",
    "KeepItems",
    "MailThreading",
    "Merging",
    "Numbering",
    "Opening",
    "Orders",
    "ProblemReading",
    "Problems",
    "ReadItems",
    "Reading",
    "Said",
    "Scanning",
    "Splitting",
    "Told",
    "Triaging",
    "Upload",
]
