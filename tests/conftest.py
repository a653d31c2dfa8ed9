"""What tests share: one private PostgreSQL a run, a fresh database a test, how hard hypothesis tries, one judge.

Whatever a sandbox in a test's process says is held to the published documents, and fails the test in which it was said.
The server starts when the first test asks for a database, whichever worker that is in, and stops with the run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from integrations.shapes import learn_shapes
from integrations.store import migrate, private_postgres
from tests.sandbox.published.deviations import unexplained
from tests.sandbox.published.judge import Judge
from tests.sandbox.published.overheard import Overheard
from tests.sandbox.published.place import shared_place

#: No law is about how fast a machine is.
TIMELESS = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("fast", TIMELESS, max_examples=25)
hypothesis.settings.register_profile("full", TIMELESS, max_examples=50, derandomize="CI" in os.environ)
hypothesis.settings.register_profile("thorough", TIMELESS, max_examples=3000)
hypothesis.settings.register_profile("ten-thousand", TIMELESS, max_examples=10_000)
hypothesis.settings.load_profile("fast")

_HOME = pytest.StashKey[Path]()
_NUMBERS = count()


def pytest_configure(config: pytest.Config) -> None:
    handed_over = getattr(config, "workerinput", None)
    if handed_over is not None:
        config.stash[_HOME] = Path(handed_over["postgres_home"])
        return
    home = Path(tempfile.mkdtemp(prefix=f"ym-{uuid4().hex[:6]}-"))
    home.chmod(0o711)  # as root, the server's own user passes through
    config.stash[_HOME] = home


def pytest_collection_finish() -> None:
    """Have what tests read in threads be learnt before."""
    learn_shapes()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the scenarios, which wait for long, among the others, so that no worker is left alone with them."""
    scenarios = [item for item in items if "scenarios" in item.path.parts]
    others = [item for item in items if "scenarios" not in item.path.parts]
    place = {item: number / len(kind) for kind in (scenarios, others) for number, item in enumerate(kind)}
    items.sort(key=place.__getitem__)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    node.workerinput["postgres_home"] = str(node.config.stash[_HOME])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or _HOME not in config.stash:
        return
    home = config.stash[_HOME]
    template = _template_of(home)
    if (home / template).exists():
        with _admin(Path(home / template).read_text()) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(template)))
    if (home / "postgres").exists():
        private_postgres.start(home, durable=False).stop()
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def server_and_template(pytestconfig: pytest.Config) -> tuple[str, str]:
    """The server's URL and the name of a migrated database in it; made by the first worker that needs it."""
    home = pytestconfig.stash[_HOME]
    server_url = os.environ.get("YARDMASTER_TEST_DATABASE_URL") or private_postgres.start(home, durable=False).url()
    name = _template_of(home)
    with _admin(server_url) as server:
        server.execute("SELECT pg_advisory_lock(8801)")
        if not (home / name).exists():
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            migrate.upgrade(_url(server_url, name))
            (home / name).write_text(server_url)
    return server_url, name


@pytest.fixture
def database_url(server_and_template: tuple[str, str]) -> Iterator[str]:
    """SQLAlchemy's URL of a migrated database that no other test sees."""
    server_url, template = server_and_template
    name = f"{template}_{os.environ.get('PYTEST_XDIST_WORKER', 'gw')}_{next(_NUMBERS)}"
    with _admin(server_url) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    yield _url(server_url, name)
    with _admin(server_url) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def judgement() -> Iterator[tuple[Overheard, Judge] | None]:
    """An ear at every sandbox of this process, and who judges; none where the documents are not at hand."""
    place = shared_place()
    if place is None:
        yield None
        return
    overheard = Overheard()
    with pytest.MonkeyPatch.context() as patch:
        overheard.listen(patch)
        yield overheard, Judge(place)


@pytest.fixture(autouse=True)
def sandboxes_speak_as_published(judgement: tuple[Overheard, Judge] | None) -> Iterator[None]:
    """Fail a test in which a sandbox said what no document and no known deviation has."""
    yield
    if judgement is not None:
        overheard, judge = judgement
        assert unexplained(judge.mistakes(overheard.taken())) == []


def _template_of(home: Path) -> str:
    return home.name.replace("-", "_").lower()


def _url(server_url: str, database: str) -> str:
    url = make_url(server_url).set(drivername="postgresql+psycopg", database=database)
    return url.render_as_string(hide_password=False)


def _admin(server_url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(_url(server_url, "postgres").replace("+psycopg", "", 1), autocommit=True)
