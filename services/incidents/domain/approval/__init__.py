"""Approval: ordered steps, who decides in each, how many must agree; and everything that happened, in order.

It belongs to whatever waits for it (a service request, a change), which saves it as a part of itself. Who holds a role
and who is in a group is the directory's knowledge, so every function is handed a `Roster` of the moment: somebody who
left decides nothing more (what they agreed to stands), and somebody who came may decide at once.
"""

from services.incidents.domain.approval.checking import checked
from services.incidents.domain.approval.moves import (
    appoint,
    as_of,
    begin,
    decide,
    delegate,
    eligible,
    known_to,
    reconsider,
    tick,
    withdraw,
)
from services.incidents.domain.approval.record import (
    Approval,
    Approver,
    Entry,
    Roster,
    Rule,
    State,
    Step,
    Verdict,
    What,
)

__all__ = [
    "Approval",
    "Approver",
    "Entry",
    "Roster",
    "Rule",
    "State",
    "Step",
    "Verdict",
    "What",
    "appoint",
    "as_of",
    "begin",
    "checked",
    "decide",
    "delegate",
    "eligible",
    "known_to",
    "reconsider",
    "tick",
    "withdraw",
]
