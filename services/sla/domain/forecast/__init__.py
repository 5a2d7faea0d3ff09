"""The chance that an incident breaches, from what is known when it opens and from how earlier ones ended."""
