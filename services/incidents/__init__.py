"""The record: incidents and service requests, their lifecycle, timeline, numbers and reply tokens."""
