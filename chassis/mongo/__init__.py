"""MongoDB, reached the same way everywhere: one database per service, every access under a tenant scope.

    database = connect(settings)                       # never waits; MongoDB may come up later
    ensure_indexes([IncidentDocument])                 # raises Unavailable until it has
    rules = ScopedCollection(database["rules"])
    rules.insert_one(caller.scope(tenant_id), {"_id": rule_id, "name": "…"})
    page = rules.find(caller.granted(), {"enabled": True}, sort=[("name", 1), ("_id", 1)], limit=50)

MongoEngine documents declare schema, indexes and validation; hot paths use `ScopedCollection` and its
child `chassis.outbox.AggregateStore`. What a driver raises when MongoDB is away becomes
`errors.Unavailable("store_unavailable")` in one place, `outages()`.
"""

from chassis.mongo.connection import connect, ensure_indexes, outages
from chassis.mongo.paging import decode_cursor, encode_cursor, page_after
from chassis.mongo.scoped import ScopedCollection, scoped_filter

__all__ = [
    "ScopedCollection",
    "connect",
    "decode_cursor",
    "encode_cursor",
    "ensure_indexes",
    "outages",
    "page_after",
    "scoped_filter",
]
