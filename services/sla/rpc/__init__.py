"""Calls in, translated; nothing is decided here."""

from services.sla.rpc.clocks import ClockServicer
from services.sla.rpc.contracts import ContractServicer

__all__ = ["ClockServicer", "ContractServicer"]
