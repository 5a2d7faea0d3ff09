"""The directory: who the clients and people are, and what they are granted."""
