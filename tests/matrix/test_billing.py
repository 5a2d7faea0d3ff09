"""The script of docs/billing.md, run as it stands there against the running platform."""

import re
import subprocess
import sys
from pathlib import Path

from services.gateway.auth.clients import OAuthClient
from tests.harness.waiting import wait_until
from tests.matrix import records as a
from tests.matrix.houses import World

_DOCUMENT = Path(__file__).parents[2] / "docs" / "billing.md"


def test_the_billing_script_posts_each_approved_credit_once(world: World, tmp_path: Path) -> None:
    house = world.acme
    statement_id = world.record(a.statement, house)["statement_id"]
    world.as_admin(
        house,
        "sla StatementService.DecideCredit",
        {"statement_id": statement_id, "clause_id": "4.1", "state": "CREDIT_STATE_APPROVED"},
    )
    made, secret = world.platform.gateway.auth.clients.register(
        OAuthClient(
            client_id="",
            provider_id=house.provider_id,
            tenant_ids=frozenset({house.tenant_id}),
            name="Billing",
            auth_method="client_secret",
            grant_types=("client_credentials",),
            scopes=("statements:read",),
            roles=frozenset(),
            redirect_uris=(),
            first_party=False,
        )
    )
    found = re.search(r"```python\n(.*?)```", _DOCUMENT.read_text(), re.DOTALL)
    assert found
    script, ledger = tmp_path / "billing.py", tmp_path / "ledger.json"
    script.write_text(found[1])
    origin = str(world.platform.web.base_url).rstrip("/")

    def run() -> str:
        asked = [sys.executable, str(script), origin, made.client_id, secret, str(ledger)]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    # A statement comes into the feed some seconds after it was closed.
    posted = wait_until(run, timeout=30, pause=1.0, what="an approved credit to be posted")
    assert re.search(rf"{house.tenant_id}\.ctr_\w+\.\d{{4}}-\d{{2}}\.r1\.4\.1: 5000 EUR", posted)
    assert run() == ""
