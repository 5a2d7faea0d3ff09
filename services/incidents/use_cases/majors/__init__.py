"""What staff do about major incidents, and what their clients read of them."""

from services.incidents.use_cases.majors.affecting import Affecting, NewTenant
from services.incidents.use_cases.majors.keeping import KeepMajors
from services.incidents.use_cases.majors.reviewing import ActionOfMajor, Reviewing
from services.incidents.use_cases.majors.settings import KeepMajorSettings
from services.incidents.use_cases.majors.status import OpenAddress, StatusPage, StatusPages
from services.incidents.use_cases.majors.together import MajorUseCases, Stores
from services.incidents.use_cases.majors.updating import Updating, Wanted

__all__ = [
    "ActionOfMajor",
    "Affecting",
    "KeepMajorSettings",
    "KeepMajors",
    "MajorUseCases",
    "NewTenant",
    "OpenAddress",
    "Reviewing",
    "StatusPage",
    "StatusPages",
    "Stores",
    "Updating",
    "Wanted",
]
