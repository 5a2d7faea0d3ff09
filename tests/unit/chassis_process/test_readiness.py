"""A service is ready when all it depends on is."""

from chassis.rpc import Readiness


def test_nothing_to_depend_on_is_always_ready() -> None:
    assert Readiness().ready


def test_what_is_done_once_is_tried_until_it_passes_and_never_again() -> None:
    tries: list[int] = []

    def build_indexes() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ConnectionError

    told: list[bool] = []
    readiness = Readiness("directory")
    readiness.once("indexes", build_indexes)
    readiness.on_change(told.append)
    readiness.start()
    assert readiness.wait(5)
    readiness._check_all()
    readiness.stop()
    assert len(tries) == 3
    assert told == [False, True]


def test_every_dependency_must_pass() -> None:
    broken = True

    def check() -> None:
        if broken:
            raise ConnectionError

    readiness = Readiness("directory")
    readiness.require("mongodb", check)
    readiness.require("disk", lambda: None)
    readiness._check_all()
    assert not readiness.ready
    broken = False
    readiness._check_all()
    assert readiness.ready
