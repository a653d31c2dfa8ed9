"""A sandbox whose people consent, and the grants that are kept of it in a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from integrations.atlassian.accounts import AtlassianAccounts
from integrations.atlassian.grants import AtlassianGrants
from integrations.atlassian.sealing import Invitation, Seal
from integrations.durable import LookQueue
from integrations.secret import Secret
from integrations.store.grants import PostgresGrants
from rules.actions import AnswerAction
from sandbox.atlassian.state import AtlassianState
from sandbox.running import Sandbox, default_seed, new_world
from sandbox.saving import put_back, saved
from tests.fakes.clock import SetClock
from tests.integrations.store.stored import database
from tests.sandbox.consenting import HERE, Atlassian, atlassian
from tests.sandbox.desk_rest import desk_as
from tests.sandbox.ear import control, rest


@dataclass(frozen=True)
class Consenting:
    """A sandbox in which OPS-7 waits for Lena and Dana, and the bot's grants."""

    sandbox: Sandbox
    engine: Engine
    key: str

    @property
    def there(self) -> Atlassian:
        return atlassian(self.sandbox)

    def grants(self, *keys: str, engine: Engine | None = None, secret: str = "sandbox") -> AtlassianGrants:
        places = self.sandbox.world.places
        return AtlassianGrants(
            accounts=AtlassianAccounts(
                auth_url=f"{places.page}/atlassian/auth",
                api_url=f"{places.page}/atlassian/api",
                client_id="sandbox",
                client_secret=Secret(secret),
                callback=HERE,
            ),
            kept=PostgresGrants(engine or self.engine, LookQueue()),
            seal=Seal([Secret(key) for key in keys or (self.key,)]),
            site=places.jira,
            clock=SetClock(),
        )

    def connected(self, *people: str) -> AtlassianGrants:
        """Have people consent, and give what was kept."""
        grants = self.grants()
        for person in people:
            grants.take(invited(person), self.there.sent_back(person)["code"])
        return grants

    def asked(self) -> AnswerAction:
        """Have OPS-7 wait for its approvers; gives Lena's yes."""
        moved = rest(self.sandbox, "priya")("POST", "issue/OPS-7/transitions", json={"transition": {"id": "83"}})
        assert moved.status_code == 204
        [approval] = desk_as(self.sandbox, "yardmaster@example.com").get("request/OPS-7/approval")["values"]
        item = int(rest(self.sandbox, "priya")("GET", "issue/OPS-7").json()["id"])
        return AnswerAction(item=item, approval=str(approval["id"]), account="sbx-lena", choice="approve")

    def answers(self) -> dict[str, str]:
        [approval] = desk_as(self.sandbox, "yardmaster@example.com").get("request/OPS-7/approval")["values"]
        return {one["approver"]["accountId"]: one["approverDecision"] for one in approval["approvers"]}

    def told(self) -> list[str]:
        """The names of the events about grants that were stored."""
        with self.engine.connect() as connection:
            wanted = text("SELECT name FROM events WHERE name LIKE 'grant.%' ORDER BY seq")
            return list(connection.execute(wanted).scalars())

    def fault(self, path: str, **more: object) -> None:
        known = {"service": "atlassian", "path": path, "times": 1}
        assert control(self.sandbox, "POST", "faults", known | more)["ok"]


def invited(person: str, once: str = "") -> Invitation:
    return Invitation(once=once or f"once-{person}", user=f"U-{person}", account=f"sbx-{person}")


@pytest.fixture(scope="session")
def running(judgement: object) -> Iterator[tuple[Sandbox, bytes]]:
    """A sandbox that the tests of this directory share, and its state at the start."""
    del judgement  # it listens to sandboxes that are made after it
    seed = default_seed()
    sandbox = Sandbox(new_world(replace(seed, slack=replace(seed.slack, rate_limit=False))))
    sandbox.start()
    yield sandbox, saved(sandbox.world)
    sandbox.stop()


@pytest.fixture
def town(running: tuple[Sandbox, bytes], database_url: str) -> Iterator[Consenting]:
    sandbox, state = running
    put_back(sandbox.world, state)
    sandbox.world.atlassian = AtlassianState()
    sandbox.world.faults.clear()
    with database(database_url) as engine:
        yield Consenting(sandbox, engine, Fernet.generate_key().decode())
