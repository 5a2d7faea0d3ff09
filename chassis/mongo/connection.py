"""The connection, the indexes, and what an outage is called."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC

import mongoengine
from bson.codec_options import CodecOptions
from mongoengine import connection as mongoengine_connection
from pymongo import MongoClient, ReadPreference, WriteConcern
from pymongo.database import Database
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    WriteConcernError,
)
from pymongo.read_concern import ReadConcern

from chassis.config import Settings
from chassis.errors import Unavailable

# Server errors that mean "not now" rather than "never": shutting down, stepping down, interrupted.
_PASSING_CODES = frozenset({6, 7, 89, 91, 189, 202, 262, 9001, 10107, 11600, 11602, 13435, 13436})


def connect(settings: Settings) -> Database:
    """The service's database, "<installation>_<service>". Does not wait for MongoDB.

    Writes are acknowledged by a majority, journaled. Times come back as aware UTC datetimes.
    MongoEngine documents find the same connection under the alias of the service's name.
    """
    client: MongoClient = MongoClient(
        settings.mongodb_uri,
        appname=f"fairlead-{settings.service}",
        tz_aware=True,
        tzinfo=UTC,
        uuidRepresentation="standard",
        serverSelectionTimeoutMS=3_000,
        connectTimeoutMS=3_000,
        socketTimeoutMS=10_000,  # a frozen server must not hold a request for ever
        wTimeoutMS=5_000,
        maxPoolSize=64,
        retryWrites=True,
        retryReads=True,
    )
    _register_alias(settings, client)
    return client.get_database(
        settings.database_name,
        codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
        write_concern=WriteConcern("majority", wtimeout=5_000, j=True),
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


def _register_alias(settings: Settings, client: MongoClient) -> None:
    # A second connection under the same alias (another replica in one process, the next test) replaces the
    # first for MongoEngine; taking it out beforehand keeps `disconnect` from closing a client still in use.
    mongoengine_connection._connections.pop(settings.service, None)
    mongoengine.disconnect(settings.service)
    mongoengine.register_connection(
        settings.service,
        db=settings.database_name,
        host=settings.mongodb_uri,
        mongo_client_class=lambda **_: client,
    )


def ensure_indexes(documents: Iterable[type[mongoengine.Document]]) -> None:
    """Builds the indexes that MongoEngine documents declare. Raises Unavailable while MongoDB is away."""
    with outages():
        for document in documents:
            document.ensure_indexes()


@contextmanager
def outages() -> Iterator[None]:
    """Turns the driver's ways of saying "MongoDB is away" into Unavailable("store_unavailable").

    A write that fails so may nevertheless have happened: the caller retries with its idempotency key.
    Everything else passes unchanged (a duplicate key, an invalid query).
    """
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout) as error:
        # ConnectionFailure covers lost connections, timeouts, elections, server selection and the pool.
        raise _unavailable() from error
    except BulkWriteError as error:
        details = error.details or {}
        if details.get("writeConcernErrors") or any(map(_passing, details.get("writeErrors", ()))):
            raise _unavailable() from error
        raise
    except WriteConcernError as error:  # WTimeoutError is one
        raise _unavailable() from error
    except OperationFailure as error:
        if error.code in _PASSING_CODES:
            raise _unavailable() from error
        raise


def _passing(write_error: dict) -> bool:
    return write_error.get("code") in _PASSING_CODES


def _unavailable() -> Unavailable:
    return Unavailable("store_unavailable", "The store cannot be reached just now.")
