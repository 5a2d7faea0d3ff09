"""Service levels: contracts, calendars and the clocks that run on them."""
