"""Who is called, one after the other, until somebody answers."""
