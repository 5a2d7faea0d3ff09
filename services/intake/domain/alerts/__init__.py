"""Alerts: what a monitoring system says (signals), and what becomes of it (groups)."""
