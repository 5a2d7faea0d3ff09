"""Key figures as messages."""

from collections.abc import Iterable

from fairlead.incidents.v1 import incident_service_pb2 as service
from services.incidents.domain.flow import Period
from services.incidents.domain.kpi import Kpis, Opening, Sums

_FIELDS = [field.name for field in service.Kpis.DESCRIPTOR.fields]


def kpis_message(period: Period, kpis: Kpis) -> service.CountKpisResponse:
    """In the order of the domain."""
    answer = service.CountKpisResponse(
        time_zone=period.zone.key,
        total=_kpis(kpis.total),
        tenants=[
            service.TenantKpis(tenant_id=part.tenant_id, kpis=_kpis(part.sums)) for part in kpis.tenants
        ],
        groups=[
            service.GroupKpis(assignment_group_id=part.group_id, name=part.group_name, kpis=_kpis(part.sums))
            for part in kpis.groups
        ],
    )
    answer.start_time.FromDatetime(period.start_time)
    answer.end_time.FromDatetime(period.end_time)
    return answer


def openings_message(openings: Iterable[Opening]) -> service.ListOpeningsResponse:
    """In no order."""
    answer = service.ListOpeningsResponse()
    for each in openings:
        added = answer.openings.add(tenant_id=each.tenant_id, person_id=each.person_id)
        added.create_time.FromDatetime(each.create_time)
    return answer


def _kpis(sums: Sums) -> service.Kpis:
    # What is None has no basis, and is left unset.
    return service.Kpis(**{name: getattr(sums, name) for name in _FIELDS})
