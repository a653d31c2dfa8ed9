from collections.abc import Iterator
from threading import Event, Thread
from time import sleep

import pytest
from slack_sdk.socket_mode.builtin.connection import ConnectionState

from integrations.slack.socket import Socket, start_socket
from tests.integrations.slack.yard import Door, Sandbox, until

YARD = "C0YARD0001"
MIKA = "U0MIKA0001"


@pytest.fixture
def socket_door(sandbox: Sandbox) -> Iterator[Door]:
    """A door that the sandbox's people reach over a socket."""
    door, greeted = Door(sandbox.api_url), Event()
    socket = Socket(door.bolt, "xapp-sandbox")
    socket._client.message_listeners.append(lambda _, message, __: greeted.set() if "hello" in str(message) else None)
    socket.start()
    assert greeted.wait(60)
    yield door
    socket.close()


def test_a_message_comes_through_the_socket_and_is_kept(sandbox: Sandbox, socket_door: Door) -> None:
    sandbox.tell("slack/message", user=MIKA, channel=YARD, text="PAY-101 and WEB-7")

    (posted,) = until(lambda: socket_door.intake.named("message.posted"))
    assert posted.payload["keys"] == ["PAY-101", "WEB-7"]


def test_a_command_is_answered_through_the_socket(sandbox: Sandbox, socket_door: Door) -> None:
    given = sandbox.tell("slack/command", user=MIKA, channel=YARD, command="/yard", text="help")

    assert given["acked"]
    assert "What you can ask Yardmaster" in str(given["response"])
    assert len(socket_door.intake.named("command.given")) == 1


@pytest.mark.slow
def test_what_could_not_be_stored_is_sent_again_through_the_socket(sandbox: Sandbox, socket_door: Door) -> None:
    socket_door.intake.is_away = True
    sandbox.tell("slack/message", user=MIKA, channel=YARD, text="PAY-5 and PAY-6")
    until(lambda: sandbox.look("events")[-1]["attempts"])
    socket_door.intake.is_away = False

    (posted,) = until(lambda: socket_door.intake.named("message.posted"))
    assert posted.payload["keys"] == ["PAY-5", "PAY-6"]


def test_a_start_while_slack_is_down_waits_for_it(sandbox: Sandbox) -> None:
    door = Door(sandbox.api_url)
    sandbox.fail("apps.connections.open", status=503, times=1)

    socket = start_socket(door.bolt, "xapp-sandbox")

    until(lambda: socket.is_connected)
    socket.close()


def test_a_socket_that_never_connected_can_be_closed_twice(door: Door) -> None:
    socket = Socket(door.bolt, "xapp-sandbox")
    socket.start()

    socket.close()
    socket.close()

    assert not socket.is_connected


def test_a_close_in_the_moment_in_which_the_client_begins_to_listen_ends_all_the_same(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins, ended = Event(), Event()

    class State(ConnectionState):
        """Begins while it is ended, and so forgets that."""

        def __init__(self) -> None:
            self.is_over = False

        @property
        def terminated(self) -> bool:
            return self.is_over

        @terminated.setter
        def terminated(self, over: bool) -> None:
            if over:
                ended.set()
            else:
                begins.set()
                ended.wait(60)
                sleep(0.3)
            self.is_over = over

    monkeypatch.setattr("slack_sdk.socket_mode.builtin.client.ConnectionState", State)
    door = Door(sandbox.api_url)
    socket = start_socket(door.bolt, "xapp-sandbox")
    begins.wait(60)

    closing = Thread(target=socket.close, daemon=True)
    closing.start()
    closing.join(60)

    assert not closing.is_alive()
