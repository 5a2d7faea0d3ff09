"""What this service keeps, by store."""

from dataclasses import dataclass

from pymongo.database import Database

from chassis.outbox import AggregateStore
from chassis.tokens import CallerSigner
from services.incidents import store
from services.incidents.use_cases.majors import Stores as MajorStores


@dataclass(frozen=True, kw_only=True)
class Stores:
    """One of each."""

    incidents: store.IncidentStore
    numbers: store.NumberStore
    threads: store.MailThreadStore
    rules: store.RuleStore
    catalog: store.CatalogStore
    items: store.ConfigurationItemStore
    files: store.FileStore
    figures: store.FigureStore
    problems: store.ProblemStore
    changes: store.ChangeStore
    freezes: store.FreezeStore
    majors: store.MajorStore
    beside_majors: MajorStores

    @property
    def relayed(self) -> list[AggregateStore]:
        """Those whose saves carry events."""
        return [
            self.incidents.incidents,
            self.problems.problems,
            self.items.items,
            self.majors.records,
            self.changes.changes,
        ]


def stores(database: Database, signer: CallerSigner) -> Stores:
    """All of them on this database; none is asked anything yet."""
    majors = store.MajorStore(database, signer)
    return Stores(
        incidents=store.IncidentStore(database, signer),
        numbers=store.NumberStore(database),
        threads=store.MailThreadStore(database),
        rules=store.RuleStore(database),
        catalog=store.CatalogStore(database),
        items=store.ConfigurationItemStore(database, signer),
        files=store.FileStore(database),
        figures=store.FigureStore(database),
        problems=store.ProblemStore(database, signer),
        changes=store.ChangeStore(database, signer),
        freezes=store.FreezeStore(database),
        majors=majors,
        beside_majors=MajorStores(
            majors,
            store.MajorUpdateStore(database),
            store.UpdateTemplateStore(database),
            store.MajorSettingsStore(database),
            store.StatusAddressStore(database),
        ),
    )
