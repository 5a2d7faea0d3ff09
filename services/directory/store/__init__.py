"""The directory's records in MongoDB."""

from chassis.mongo import ensure_indexes
from services.directory.store.documents import DOCUMENTS
from services.directory.store.mail_domains import MailDomainStore
from services.directory.store.people import PersonStore
from services.directory.store.registry import BrandStore, ProviderStore, TenantStore
from services.directory.store.teams import TeamStore

__all__ = [
    "BrandStore",
    "MailDomainStore",
    "PersonStore",
    "ProviderStore",
    "TeamStore",
    "TenantStore",
    "prepare",
]


def prepare() -> None:
    """Builds the indexes; idempotent. Raises Unavailable while MongoDB is away."""
    ensure_indexes(DOCUMENTS)
