"""Which problems are asked for."""

from dataclasses import dataclass

from services.incidents.domain.problem.record import ProblemState


@dataclass(frozen=True, slots=True)
class ProblemQuery:
    """Which problems; tenant_ids: those of these clients and of nobody in particular, None for all."""

    tenant_ids: frozenset[str] | None
    states: frozenset[ProblemState] = frozenset()
    words: str = ""
    # Solved by this change.
    change_number: str = ""
    # Of these names, whatever the case of letters.
    item_names: tuple[str, ...] = ()
    page_size: int = 50
    page_token: str = ""
