"""Service level contracts and business hours calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from chassis.rpc import call, call_stream
from chassis.tenancy import Caller
from fairlead.sla.v1 import calendar_pb2, contract_pb2
from fairlead.sla.v1 import contract_service_pb2 as messages
from fairlead.sla.v1.contract_service_pb2_grpc import ContractServiceStub

# For the replay of a long period.
_SECONDS = 300.0


class Contracts:
    """Client of fairlead.sla.v1.ContractService, the part about contracts."""

    def __init__(self, channel: Any) -> None:
        self._stub = ContractServiceStub(channel)

    def create(self, caller: Caller, new: contract_pb2.Contract) -> contract_pb2.Contract:
        return call(self._stub.CreateContract, messages.CreateContractRequest(contract=new), caller)

    def update(self, caller: Caller, changed: contract_pb2.Contract) -> contract_pb2.Contract:
        """Makes the next version."""
        return call(self._stub.UpdateContract, messages.UpdateContractRequest(contract=changed), caller)

    def get(self, caller: Caller, contract_id: str, version: int = 0) -> contract_pb2.Contract:
        """Version 0 is the latest."""
        request = messages.GetContractRequest(contract_id=contract_id, version=version)
        return call(self._stub.GetContract, request, caller)

    def list(self, caller: Caller, tenant_id: str = "") -> list[contract_pb2.Contract]:
        request = messages.ListContractsRequest(tenant_id=tenant_id)
        return [*call(self._stub.ListContracts, request, caller).contracts]


class Previews:
    """Client of fairlead.sla.v1.ContractService, the part that saves nothing."""

    def __init__(self, channel: Any) -> None:
        self._stub = ContractServiceStub(channel)

    def contract(
        self, caller: Caller, draft: contract_pb2.Contract, opened: datetime | None = None
    ) -> messages.PreviewContractResponse:
        """When each promise would be due for an incident opened then; now by default."""
        request = messages.PreviewContractRequest(contract=draft)
        if opened:
            request.open_time.FromDatetime(opened)
        return call(self._stub.PreviewContract, request, caller)

    def calendar(
        self, caller: Caller, draft: calendar_pb2.Calendar, year: int = 0
    ) -> messages.PreviewCalendarResponse:
        """Every date of a year; of the present one by default."""
        request = messages.PreviewCalendarRequest(calendar=draft, year=year)
        return call(self._stub.PreviewCalendar, request, caller)

    def simulate(
        self, caller: Caller, request: messages.SimulateContractRequest
    ) -> Iterator[messages.SimulateContractResponse]:
        """How far it is, again and again; the result with the last one. Raises before the first one."""
        stream = call_stream(self._stub.SimulateContract, request, caller, timeout=_SECONDS)
        first = next(stream)
        return chain([first], stream)


class Calendars:
    """Client of fairlead.sla.v1.ContractService, the part about calendars."""

    def __init__(self, channel: Any) -> None:
        self._stub = ContractServiceStub(channel)

    def create(self, caller: Caller, new: calendar_pb2.Calendar) -> calendar_pb2.Calendar:
        return call(self._stub.CreateCalendar, messages.CreateCalendarRequest(calendar=new), caller)

    def update(self, caller: Caller, changed: calendar_pb2.Calendar) -> calendar_pb2.Calendar:
        """Makes the next version."""
        return call(self._stub.UpdateCalendar, messages.UpdateCalendarRequest(calendar=changed), caller)

    def get(self, caller: Caller, calendar_id: str, version: int = 0) -> calendar_pb2.Calendar:
        """Version 0 is the latest."""
        request = messages.GetCalendarRequest(calendar_id=calendar_id, version=version)
        return call(self._stub.GetCalendar, request, caller)

    def list(self, caller: Caller) -> list[calendar_pb2.Calendar]:
        return [*call(self._stub.ListCalendars, messages.ListCalendarsRequest(), caller).calendars]
