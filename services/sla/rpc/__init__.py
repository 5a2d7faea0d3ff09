"""Calls in, translated; nothing is decided here."""

from services.sla.rpc.clocks import ClockServicer
from services.sla.rpc.contracts import ContractServicer
from services.sla.rpc.pauses import PauseServicer
from services.sla.rpc.statements import StatementServicer

__all__ = ["ClockServicer", "ContractServicer", "PauseServicer", "StatementServicer"]
