"""What an installation in a cluster needs once: keys and passwords, and a prepared MongoDB."""
