"""Pages for people: one module per page area, each with one blueprint, named here."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds every page area to the app."""
