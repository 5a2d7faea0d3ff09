"""Server-sent events: the live queue, and what happens on one incident."""
