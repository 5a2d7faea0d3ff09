"""Shared plumbing that knows no service: the same way to keep, tell, call, sign and log everywhere."""
