"""The only HTTP face: OAuth, portal, console, REST API, live updates."""
