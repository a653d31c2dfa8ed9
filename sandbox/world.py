"""The whole state of one sandbox and the one lock over it. It wires; it decides nothing."""

import threading
from dataclasses import dataclass, field

from sandbox.atlassian.state import AtlassianState
from sandbox.clock import Clock
from sandbox.confluence.state import ConfluenceState
from sandbox.desk.state import DeskState
from sandbox.effects import Effects
from sandbox.faults import Faults
from sandbox.history import HeldBack
from sandbox.jira.state import JiraState
from sandbox.jira.webhooks import Webhooks
from sandbox.pulse import Pulse
from sandbox.slack.outlet import Outlet
from sandbox.slack.state import SlackState
from sandbox.twins.state import Twins
from sandbox.witness import Witness


@dataclass(slots=True, kw_only=True)
class Places:
    """Where the sandbox's services listen, as base URLs."""

    page: str = ""
    jira: str = ""
    slack: str = ""
    socket: str = ""


@dataclass(slots=True, kw_only=True)
class World:
    """Hold `lock` at `jira`, `desk`, `confluence`, `slack`, `atlassian`, `twins`; the other parts guard themselves."""

    clock: Clock
    effects: Effects
    faults: Faults
    jira: JiraState
    desk: DeskState
    webhooks: Webhooks
    slack: SlackState
    outlet: Outlet
    held_back: HeldBack
    twins: Twins
    confluence: ConfluenceState
    pulse: Pulse
    witness: Witness
    atlassian: AtlassianState = field(default_factory=AtlassianState)
    places: Places = field(default_factory=Places)
    lock: threading.RLock = field(default_factory=threading.RLock)
