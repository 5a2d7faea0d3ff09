"""Service level statements: what was promised in a month, what became of it, and what is owed for it."""
