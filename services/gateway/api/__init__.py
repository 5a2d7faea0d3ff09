"""REST /api/v1: one module for each resource, each route declared once for Flask and for OpenAPI."""
