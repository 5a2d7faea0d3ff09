"""What is kept in MongoDB: incidents with their pending events, numbers, Message-IDs, closing rules, files;
problems.
"""

from services.incidents.store.catalog import CatalogStore
from services.incidents.store.changes import ChangeStore, FreezeStore
from services.incidents.store.configuration_items import ConfigurationItemStore
from services.incidents.store.documents import DOCUMENTS
from services.incidents.store.figures import FigureStore
from services.incidents.store.files import FileStore
from services.incidents.store.incidents import IncidentStore
from services.incidents.store.mail_threads import MailThreadStore
from services.incidents.store.majors import (
    MajorSettingsStore,
    MajorStore,
    MajorUpdateStore,
    StatusAddressStore,
    UpdateTemplateStore,
)
from services.incidents.store.numbers import NumberStore
from services.incidents.store.problems import ProblemStore
from services.incidents.store.rules import RuleStore

__all__ = [
    "DOCUMENTS",
    "CatalogStore",
    "ChangeStore",
    "ConfigurationItemStore",
    "FigureStore",
    "FileStore",
    "FreezeStore",
    "IncidentStore",
    "MailThreadStore",
    "MajorSettingsStore",
    "MajorStore",
    "MajorUpdateStore",
    "NumberStore",
    "ProblemStore",
    "RuleStore",
    "StatusAddressStore",
    "UpdateTemplateStore",
]
