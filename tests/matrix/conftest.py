"""The platform and its people, started once for each module: what mutants let happen must not meet the probes."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.matrix import records
from tests.matrix.blindfold import watched
from tests.matrix.hidden import SYSTEM_ONLY
from tests.matrix.houses import World
from tests.matrix.platform import running_platform


@pytest.fixture(scope="module")
def world(mongod: str, nats: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three houses with something of everything in acme's, so that there is something to leak."""
    with running_platform(mongod, nats, tmp_path_factory.mktemp("keys")) as platform, ExitStack() as stack:
        made = World(platform)
        made.scopes_used = {
            place: stack.enter_context(watched(platform.collections[place])) for place in SYSTEM_ONLY
        }
        for house in made.houses:
            house.own |= {
                name: value
                for maker in (
                    *(records.calendar, records.rule, records.incident),
                    *(records.contract, records.submission, records.quarantined),
                )
                for name, value in made.record(maker, house).items()
            }
        for maker in (
            *(records.team, records.known_incident, records.submission, records.quarantined),
            *(
                records.brand,
                records.article,
                records.rule,
                records.group,
                records.webhook,
                records.alert_group,
                records.api_client,
            ),
        ):
            made.record(maker, made.acme)
        yield made
