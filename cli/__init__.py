"""The `fairlead` command: starts, seeds, tours and inspects. The one package that knows every service."""
