"""What a unique index or a lost race is called, in words that callers know."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from chassis.errors import AlreadyExists, RevisionConflict


@contextmanager
def named(taken: Mapping[str, str]) -> Iterator[None]:
    """Turns a refused unique value into AlreadyExists with its reason, and a lost race into "revision_conflict".

    taken: the reason for each field that has a unique index of its own.
    """
    try:
        yield
    except RevisionConflict as error:
        raise RevisionConflict("revision_conflict", "Someone else changed this record first.") from error
    except AlreadyExists as error:
        for field in error.values.get("fields", "").split(","):
            if field in taken:
                raise AlreadyExists(taken[field], "This is taken.", field=field) from error
        raise
