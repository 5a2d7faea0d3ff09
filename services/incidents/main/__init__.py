"""Wires the incidents service."""

from services.incidents.main.starting import start

__all__ = ["start"]
