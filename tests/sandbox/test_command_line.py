"""`python -m sandbox` as a process."""

import json
import signal
import socket
import subprocess
import sys

import requests

from sandbox.running import YARD


def test_the_command_line_says_where_it_is_and_stops_at_once() -> None:
    ports = ["--page-port", "0", "--jira-port", "0", "--slack-port", "0"]
    command = [sys.executable, "-m", "sandbox", *ports, "--webhook-url", "http://127.0.0.1:9/", "--speed", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=YARD.parents[2]) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        told = requests.get(f"{ready['slack']}/_sandbox/clock", timeout=5).json()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert (ready["sandbox"], set(ready), told["speed"]) == ("ready", {"sandbox", "page", "jira", "slack"}, 60.0)


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "sandbox", "--page-port", "0", "--jira-port", port, "--slack-port", "0"]
        ended = subprocess.run(command, capture_output=True, text=True, cwd=YARD.parents[2], check=False)
    assert ended.returncode == 1
    assert f"port {port} cannot be had" in ended.stderr
    assert "--jira-port" in ended.stderr
