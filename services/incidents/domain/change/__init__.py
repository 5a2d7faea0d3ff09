"""Changes: what is going to be done to configuration items, how risky that is, who agreed, and when it happens."""
