"""Another system's incident log, read as lives of incidents: replayed through the engine, and learned from."""
