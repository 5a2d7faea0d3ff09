"""A lease: of all processes that could do a piece of work, one does it at a time.

    lease = Lease(database, "sla-due-times", holder=new_id("proc"), seconds=10)
    if lease.acquire():          # again before each round: renews what one holds
        handle_due_clocks()

Time is MongoDB's own ($$NOW), so machines whose clocks differ agree. A lease keeps two from working at once
in the ordinary course; a holder that is frozen past its seconds may still overlap with the next, so what it
does must stay correct then (a revision in the filter), only not be done twice as a rule.

When MongoDB's clock steps back, a lease that nobody gave back would last as much longer. So each says how long it was
taken for, and one that would still last longer than that is over.
"""

from pymongo import ReturnDocument
from pymongo.database import Database

from chassis.mongo import outages


class Lease:
    """One named lease as one holder sees it. Raises Unavailable while MongoDB is away."""

    def __init__(self, db: Database, name: str, holder: str, seconds: float) -> None:
        self._leases = db["leases"]
        self.name = name
        self.holder = holder
        self.seconds = seconds

    def acquire(self) -> bool:
        """Takes the lease if it is free or over, renews it if it is one's own; says whether one holds it."""
        milliseconds = round(self.seconds * 1000)
        longest = {"$add": ["$$NOW", {"$ifNull": ["$milliseconds", milliseconds]}]}
        # A missing expire_time sorts below every date, so a lease that is made here counts as over.
        free = {
            "$or": [
                {"$eq": ["$holder", self.holder]},
                {"$lte": ["$expire_time", "$$NOW"]},
                {"$gt": ["$expire_time", longest]},
            ]
        }
        claim = {
            "holder": {"$cond": [free, self.holder, "$holder"]},
            "expire_time": {"$cond": [free, {"$add": ["$$NOW", milliseconds]}, "$expire_time"]},
            "milliseconds": {"$cond": [free, milliseconds, {"$ifNull": ["$milliseconds", milliseconds]}]},
        }
        with outages():
            lease = self._leases.find_one_and_update(
                {"_id": self.name}, [{"$set": claim}], upsert=True, return_document=ReturnDocument.AFTER
            )
        return lease is not None and lease["holder"] == self.holder

    renew = acquire

    def release(self) -> None:
        """Gives it back at once, so that the next need not wait it out. Nothing happens if another has it."""
        with outages():
            self._leases.delete_one({"_id": self.name, "holder": self.holder})
