"""Other services, and the processes that read mail. Empty on purpose: the reading child must start light."""
