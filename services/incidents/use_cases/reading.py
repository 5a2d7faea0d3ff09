"""Shows incidents and their history, to each caller as much as is theirs to see."""

from collections.abc import Sequence
from dataclasses import replace

from chassis.errors import InvalidArgument, NotFound, PermissionDenied
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain.family import MOST_CHILDREN
from services.incidents.domain.incident import OPEN_STATES, Incident
from services.incidents.domain.likeness import TEXT_READ, Likeness, likely_duplicates
from services.incidents.domain.links import Link, LinkKind, may_be_followed
from services.incidents.domain.number import is_number
from services.incidents.domain.query import IncidentQuery
from services.incidents.domain.timeline import TimelineEntry, Visibility, as_clients_read
from services.incidents.domain.visibility import as_seen_by, may_see, sees_since, sight_of
from services.incidents.ports import Incidents, Tenants
from services.incidents.use_cases.scanning import Scanning

DEFAULT_PAGE, MAX_PAGE = 50, 200
MAX_BATCH = 500


class Reading:
    """Nothing here changes anything."""

    def __init__(self, incidents: Incidents, tenants: Tenants, scanning: Scanning) -> None:
        self._incidents = incidents
        self._tenants = tenants
        self._scanning = scanning

    def get(self, caller: Caller, incident_id: str) -> Incident:
        """By id or number. Raises NotFound("incident_not_found") for what does not exist for this caller."""
        return as_seen_by(caller, visible(self._incidents, caller, incident_id))

    def links(self, caller: Caller, incident: Incident) -> tuple[Link, ...]:
        """What is tied to an incident that the caller sees, as far as it exists for them too, and as they see it."""
        wanted = [(LinkKind.FOLLOWS, incident.follows_incident_id)]
        if incident.merged:
            wanted.append((LinkKind.MERGED_INTO, incident.merged.incident_id))
        wanted += [(LinkKind.MERGED_FROM, one.incident_id) for one in incident.absorptions if not one.is_over]
        wanted.append((LinkKind.SPLIT_FROM, incident.split_from_id))
        wanted += [(LinkKind.SPLIT_INTO, each) for each in incident.split_ids]
        if caller.is_staff and not incident.merged:
            wanted.append((LinkKind.MAY_BELONG_TO, incident.may_belong_to))
        ids = [other for _, other in wanted if other]
        scope = TenantScope(incident.provider_id, incident.tenant_id)
        found = self._incidents.load_many(scope, ids) if ids else {}
        links = [Link(kind, found[other]) for kind, other in wanted if other in found]
        if caller.is_staff:
            links += self._family(caller, incident)
        if may_be_followed(incident):
            later = self._incidents.follow_ups(scope, incident.incident_id)
            links += [Link(LinkKind.FOLLOWED_BY, each) for each in later]
        return tuple(
            replace(link, incident=as_seen_by(caller, link.incident))
            for link in links
            if may_see(caller, link.incident)
        )

    def _family(self, caller: Caller, incident: Incident) -> list[Link]:
        """Parent and children, of whatever clients the caller is granted."""
        granted = caller.granted()
        parents = self._incidents.load_many(granted, [incident.parent_id]) if incident.parent_id else {}
        is_parent = not parents and self._incidents.has_children(granted, incident.incident_id)
        children = self._incidents.children(granted, incident.incident_id, MOST_CHILDREN) if is_parent else []
        return [
            *(Link(LinkKind.CHILD_OF, each) for each in parents.values()),
            *(Link(LinkKind.PARENT_OF, each) for each in children),
        ]

    def duplicates(self, caller: Caller, incident_id: str) -> list[Likeness]:
        """What is perhaps about the same, among the client's latest open incidents. Staff only."""
        incident = visible(self._incidents, caller, incident_id)
        if not caller.is_staff:
            raise PermissionDenied("role_required", "Only staff are told what may be the same.")
        scope = TenantScope(incident.provider_id, incident.tenant_id)
        latest, _ = self._incidents.page(scope, IncidentQuery(states=OPEN_STATES, page_size=MAX_PAGE))
        asked = self._incidents.beginnings(
            scope, [each.incident_id for each in (incident, *latest)], TEXT_READ
        )
        return likely_duplicates(incident, latest, asked)

    def get_many(self, caller: Caller, incident_ids: Sequence[str], brief: bool = False) -> list[Incident]:
        """By ids and numbers: those that exist for this caller, each once, in the order asked for; brief: without
        descriptions.
        """
        if len(incident_ids) > MAX_BATCH:
            message = f"Ask for {MAX_BATCH} at most."
            raise InvalidArgument("too_many", message, field="incident_ids", limit=MAX_BATCH)
        numbers = [each.upper() for each in incident_ids if is_number(each)]
        ids = [each for each in incident_ids if not is_number(each)]
        found = self._incidents.load_named(caller.granted(), ids, numbers, brief)
        known = {name: each for each in found for name in (each.incident_id, each.number)}
        named = (known.get(each.upper() if is_number(each) else each) for each in incident_ids)
        wanted = {each.incident_id: each for each in named if each and may_see(caller, each)}
        return [as_seen_by(caller, each) for each in wanted.values()]

    def page(
        self, caller: Caller, tenant_id: str, query: IncidentQuery, mine: bool
    ) -> tuple[list[Incident], str]:
        """A page of one tenant or of all that the caller may see, newest first; and the next page's token.

        Raises NotFound("tenant_not_found") for another's tenant.
        """
        sight = sight_of(caller)
        if mine or not sight.everything:
            if not sight.person_id:
                return [], ""
            query = replace(query, party_id=sight.person_id)
        query = replace(query, page_size=page_size(query.page_size))
        scope = caller.scope(tenant_id) if tenant_id else caller.granted()
        if tenant_id and caller.tenant_ids is None:
            # A provider-wide grant does not prove that the tenant is this provider's.
            self._tenants.number_prefix(caller.scope(tenant_id))
        found, token = self._incidents.page(scope, query)
        seen = [as_seen_by(caller, incident) for incident in found]
        if query.words and not sight.everything:
            # The words were looked for in titles that are not all theirs to read.
            seen = [incident for incident in seen if query.finds(incident)]
        return seen, token

    def timeline(
        self, caller: Caller, incident_id: str, after_seq: int, size: int
    ) -> tuple[Incident, list[TimelineEntry], int]:
        """The incident, its lines after a seq, oldest first, and the seq to go on from (0 when there is no more)."""
        size = page_size(size)
        named = incident_id.upper() if is_number(incident_id) else incident_id
        incident, entries = self._incidents.with_timeline(caller.granted(), named, after_seq, size + 1)
        if not may_see(caller, incident):
            raise NotFound("incident_not_found", "There is no such incident.")
        more = len(entries) > size
        entries = entries[:size]
        next_seq = entries[-1].seq if more else 0
        since = sees_since(caller, incident)
        entries = [entry for entry in entries if entry.revision > since]
        if not caller.is_staff:
            entries = [as_clients_read(entry) for entry in entries if entry.visibility is Visibility.PUBLIC]
        return as_seen_by(caller, incident), self._with_scans(incident, entries), next_seq

    def _with_scans(self, incident: Incident, entries: list[TimelineEntry]) -> list[TimelineEntry]:
        """What the scanner says of their files now; the lines say what was known when they were written."""
        ids = [file.attachment_id for entry in entries for file in entry.attachments]
        scope = TenantScope(incident.provider_id, incident.tenant_id)
        withheld = self._scanning.withheld(scope, ids) if ids else {}
        if not withheld:
            return entries
        return [
            replace(
                entry,
                attachments=tuple(withheld.get(each.attachment_id, each) for each in entry.attachments),
            )
            for entry in entries
        ]


def visible(incidents: Incidents, caller: Caller, incident_id: str) -> Incident:
    """The incident by id or number, if it exists for this caller. Raises NotFound("incident_not_found")."""
    scope = caller.granted()
    if is_number(incident_id):
        incident = incidents.load_by_number(scope, incident_id.upper())
    else:
        incident = incidents.load(scope, incident_id)
    if not may_see(caller, incident):
        raise NotFound("incident_not_found", "There is no such incident.")
    return incident


def page_size(wanted: int) -> int:
    """A page's size: the default for 0, never above the maximum. Raises InvalidArgument below 0."""
    if wanted < 0:
        raise InvalidArgument("page_size_invalid", "A page has at least one row.", field="page_size")
    return min(wanted or DEFAULT_PAGE, MAX_PAGE)
