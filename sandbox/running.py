"""Starts and stops a sandbox: three HTTP ports, one for sockets, and the threads that deliver."""

import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sandbox.atlassian.door import atlassian_doors
from sandbox.clock import Clock
from sandbox.confluence.door import confluence_app
from sandbox.confluence.seeding import seeded_confluence
from sandbox.control import control_app
from sandbox.desk.seeding import seeded_desks
from sandbox.effects import Effects
from sandbox.faults import Faults
from sandbox.faulty_door import FaultyDoor, WsgiApp
from sandbox.history import HeldBack, import_history, read_payloads
from sandbox.jira.door import jira_app
from sandbox.jira.seeding import seeded_jira
from sandbox.jira.webhooks import Webhooks
from sandbox.page import page_app
from sandbox.playing.door import stage_app
from sandbox.playing.stage import Stage
from sandbox.pulse import Asked, Beating, Pulse
from sandbox.seed import Seed, read_seed
from sandbox.shapes import learn_shapes
from sandbox.slack.door import slack_app
from sandbox.slack.outlet import Outlet
from sandbox.slack.seeding import seeded_slack
from sandbox.twins.doors import twin_doors
from sandbox.twins.seeding import seeded_twins
from sandbox.witness import Witness
from sandbox.world import World

HOST = "127.0.0.1"
YARD = Path(__file__).parent / "seeds" / "yard.yml"
THREADS = 16
PORTS = "--page-port, --jira-port or --slack-port"


def new_world(seed: Seed, *, speed: float = 1.0, history: Path | None = None, replay: int = 100) -> World:
    """A world from a seed; where a file is given, its issues come in the place of the seed's."""
    if history:
        seed = replace(seed, jira=replace(seed.jira, issues=()))
    clock, faults, pulse = Clock(speed=speed), Faults(), Pulse()
    jira = seeded_jira(seed, clock)
    desk = seeded_desks(seed, jira)
    held_back = import_history(jira, read_payloads(history), replay) if history else HeldBack()
    return World(
        clock=clock,
        effects=Effects(clock),
        faults=faults,
        jira=jira,
        desk=desk,
        webhooks=Webhooks(faults),
        slack=seeded_slack(seed, clock),
        outlet=Outlet(seed.slack.app_id, faults),
        held_back=held_back,
        twins=seeded_twins(seed, clock),
        confluence=seeded_confluence(seed, clock),
        pulse=pulse,
        witness=Witness(pulse),
    )


def default_seed() -> Seed:
    """The seed that ships."""
    return read_seed(YARD.read_text(encoding="utf-8"))


class Sandbox:
    """A running sandbox; its addresses are in `world.places`."""

    def __init__(self, world: World, *, page_port: int = 0, jira_port: int = 0, slack_port: int = 0) -> None:
        self.world = world
        self.stage = Stage(places=world.places, follows=lambda: world.witness.bot)
        control: dict[str, WsgiApp] = {"/_sandbox": control_app(world), "/_sandbox/stories": stage_app(self.stage)}
        jira = Asked(FaultyDoor(jira_app(world), world.faults, "jira"), world.pulse)
        wiki = FaultyDoor(confluence_app(world), world.faults, "confluence")
        slack = FaultyDoor(slack_app(world), world.faults, "slack")
        beside: dict[str, WsgiApp] = {"/jira": jira, **control, **twin_doors(world), **atlassian_doors(world, jira)}
        self._servers = [
            _Server(Beating(app, world.pulse), port)
            for app, port in (
                (DispatcherMiddleware(page_app(), beside), page_port),
                (DispatcherMiddleware(jira, {"/wiki": wiki, **control}), jira_port),
                (DispatcherMiddleware(slack, control), slack_port),
            )
        ]
        world.places.page, world.places.jira, world.places.slack = (server.url for server in self._servers)

    def start(self) -> None:
        """Answer requests and deliver events from now on."""
        learn_shapes()
        self.world.outlet.hub.start(HOST, 0)
        self.world.outlet.start()
        self.world.webhooks.start()
        for server in self._servers:
            server.start()

    def stop(self) -> None:
        """Stop delivering, hang up, give the ports back."""
        self.stage.stop()
        self.world.witness.follow(None)
        self.world.pulse.stop()
        self.world.webhooks.stop()
        self.world.outlet.stop()
        for server in self._servers:
            server.stop()


class _Server:
    def __init__(self, app: WsgiApp, port: int) -> None:
        self._map: dict[int, wasyncore.dispatcher] = {}
        try:
            self._server = create_server(app, map=self._map, host=HOST, port=port, threads=THREADS, ident="sandbox")
        except OSError as error:
            told = f"port {port} cannot be had ({error.strerror}): stop what has it, or choose another by {PORTS}"
            raise OSError(told) from error
        self.url = f"http://{HOST}:{self._server.effective_port}"

    def start(self) -> None:
        threading.Thread(target=self._server.run, name=self.url, daemon=True).start()

    def stop(self) -> None:
        with suppress(OSError):  # where an answer that ended just now woke the loop, it has closed everything already
            self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._map))
        self._server.task_dispatcher.shutdown(timeout=0.5)
