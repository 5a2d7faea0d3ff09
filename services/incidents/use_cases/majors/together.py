"""All that is done about major incidents, put together: each part needs some of the others."""

from dataclasses import dataclass

from services.incidents.domain.major.status import StatusSeal
from services.incidents.ports import AsService, Clock, Incidents, NewId, Rules, Staff
from services.incidents.ports.majors import (
    Clients,
    Majors,
    MajorSettingsKept,
    MajorUpdates,
    StatusAddresses,
    UpdateTemplates,
)
from services.incidents.use_cases.majors.affecting import Affecting
from services.incidents.use_cases.majors.changing import Changing
from services.incidents.use_cases.majors.keeping import KeepMajors
from services.incidents.use_cases.majors.reminding import Reminding
from services.incidents.use_cases.majors.reviewing import Reviewing
from services.incidents.use_cases.majors.settings import KeepMajorSettings
from services.incidents.use_cases.majors.status import StatusPages
from services.incidents.use_cases.majors.updating import Updating
from services.incidents.use_cases.majors.watching import WatchMajors
from services.incidents.use_cases.opening import Opening


@dataclass(frozen=True)
class Stores:
    """What is kept."""

    majors: Majors
    updates: MajorUpdates
    templates: UpdateTemplates
    settings: MajorSettingsKept
    addresses: StatusAddresses


class MajorUseCases:
    """keeping, affecting, updating, reviewing, settings, status, watching."""

    def __init__(
        self,
        stores: Stores,
        incidents: Incidents,
        rules: Rules,
        staff: Staff,
        clients: Clients,
        opening: Opening,
        seal: StatusSeal,
        as_service: AsService,
        new_id: NewId,
        clock: Clock,
    ) -> None:
        changing = Changing(stores.majors, clock)
        self.affecting = Affecting(changing, incidents, opening, clients)
        self.keeping = KeepMajors(changing, self.affecting, incidents, staff, stores.settings, new_id, clock)
        self.updating = Updating(
            changing,
            self.affecting,
            incidents,
            rules,
            clients,
            stores.updates,
            stores.templates,
            stores.settings,
            new_id,
            clock,
        )
        self.reviewing = Reviewing(changing, staff, new_id, clock)
        self.settings = KeepMajorSettings(stores.settings, stores.templates, new_id, clock)
        self.status = StatusPages(
            stores.majors, stores.updates, incidents, stores.addresses, clients, seal, clock
        )
        self.watching = WatchMajors(
            stores.majors,
            stores.updates,
            self.affecting,
            self.updating,
            Reminding(stores.majors, staff, clients, clock),
            as_service,
            clock,
        )
