"""Mutants: a collection that forgets whose records it was asked for, as if its tenant filter had been removed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymongo import InsertOne

from chassis.mongo import ScopedCollection
from chassis.tenancy import GrantedScope, Scope, SystemScope

_ANYBODY = SystemScope("a mutant: the tenant filter is removed")
# Everything that finds records; what makes new ones still stamps their owner.
_FINDING = (
    *("find_one", "find", "iterate", "count", "distinct", "aggregate"),
    *("update_one", "update_many", "find_one_and_update", "delete_one", "delete_many"),
)


@contextmanager
def remembered() -> Iterator[list[ScopedCollection]]:
    """Every scoped collection that is made meanwhile, of whatever store, in the order of their making."""
    made: list[ScopedCollection] = []
    make = ScopedCollection.__init__

    def remembering(self: ScopedCollection, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScopedCollection, "__init__", remembering)
        yield made


Widen = Callable[[Scope], Scope]


def to_anybody(scope: Scope) -> Scope:
    """As if neither provider nor tenant were asked for."""
    return _ANYBODY


def to_the_provider(scope: Scope) -> Scope:
    """As if the provider were asked for, and no tenant."""
    return scope if isinstance(scope, SystemScope) else GrantedScope(scope.provider_id, None)


@contextmanager
def blinded(collections: Iterable[ScopedCollection], widen: Widen = to_anybody) -> Iterator[None]:
    """While it lasts these collections find more than they were asked for."""
    before = {one: type(one) for one in collections}
    for one, kind in before.items():
        one.__class__ = _blind(kind, widen)
    try:
        yield
    finally:
        for one, kind in before.items():
            one.__class__ = kind


@contextmanager
def watched(collections: Iterable[ScopedCollection]) -> Iterator[set[type]]:
    """The kinds of scope by which these collections were asked for records meanwhile."""
    used: set[type] = set()

    def watching(method: Callable[..., Any]) -> Callable[..., Any]:
        def watch(self: ScopedCollection, scope: Scope, *args: Any, **options: Any) -> Any:
            if not options.get("upsert"):
                used.add(type(scope))
            return method(self, scope, *args, **options)

        return watch

    before = {one: type(one) for one in collections}
    for one, kind in before.items():
        methods = {name: watching(getattr(kind, name)) for name in _FINDING}
        one.__class__ = type(f"Watched{kind.__name__}", (kind,), methods)
    try:
        yield used
    finally:
        for one, kind in before.items():
            one.__class__ = kind


def _blind(kind: type[ScopedCollection], widen: Widen) -> type:
    methods: dict[str, Any] = {name: _unscoped(getattr(kind, name), widen) for name in _FINDING}
    methods["bulk_write_each"] = _bulk(kind.bulk_write_each, widen)
    return type(f"Blind{kind.__name__}", (kind,), methods)


def _unscoped(method: Callable[..., Any], widen: Widen) -> Callable[..., Any]:
    def blind(self: ScopedCollection, scope: Scope, *args: Any, **options: Any) -> Any:
        # An upsert makes a record where it finds none, and that one needs an owner.
        return method(self, scope if options.get("upsert") else widen(scope), *args, **options)

    return blind


def _bulk(method: Callable[..., Any], widen: Widen) -> Callable[..., Any]:
    def blind(self: ScopedCollection, operations: Iterable[Any], ordered: bool = False) -> Any:
        unscoped = [
            (scope if isinstance(one, InsertOne) or getattr(one, "_upsert", False) else widen(scope), one)
            for scope, one in operations
        ]
        return method(self, unscoped, ordered)

    return blind
