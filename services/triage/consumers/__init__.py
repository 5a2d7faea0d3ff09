"""Events in: incidents are decided on and shown in the queue, clocks give rows their due times, people are called."""

from services.triage.consumers.hearing import consumers

__all__ = ["consumers"]
