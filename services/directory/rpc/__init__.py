"""Calls in, translated; nothing is decided here."""

from services.directory.rpc.people import PersonServicer
from services.directory.rpc.tenants import TenantServicer

__all__ = ["PersonServicer", "TenantServicer"]
