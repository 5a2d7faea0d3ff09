"""Intake: the front door. Whatever it has answered OK is durable."""
