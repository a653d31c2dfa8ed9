"""The image and the composition are held to the program: commands, paths, ports, settings, and what must not be in."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from werkzeug.exceptions import NotFound

import app
from integrations.console import Broadcast
from integrations.settings import Settings
from tests.integrations.console.yard import Yard, application

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
COMPOSE = yaml.safe_load((ROOT / "compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
PLAIN_IMAGE = re.compile(r"[a-z]+(:[\w.-]+)?")


def steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions: word and rest, with continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def final() -> list[tuple[str, str]]:
    """Those of the image that is kept."""
    last = max(place for place, (word, _) in enumerate(steps()) if word == "FROM")
    return steps()[last:]


def environment() -> dict[str, str]:
    told = " ".join(rest for word, rest in final() if word == "ENV")
    return dict(pair.split("=", 1) for pair in told.split())


def only(word: str) -> str:
    (rest,) = (rest for found, rest in final() if found == word)
    return rest


def let_in() -> set[str]:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    return {line[1:] for line in lines if line.startswith("!")}


# The image.


def test_the_base_images_are_plain_names() -> None:
    named = [rest.split()[0] for word, rest in steps() if word == "FROM"]
    named += [service["image"] for service in SERVICES.values()]
    assert [name for name in named if not PLAIN_IMAGE.fullmatch(name)] == []
    assert set(named[:2]) == {"python:3.11-slim"}


def test_everything_that_is_let_into_the_image_is_there_and_nothing_else_is_needed() -> None:
    found = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    packages = {package.rstrip("*") for package in found}
    copied = {rest.split()[-2] for word, rest in steps() if word == "COPY" and "--from" not in rest} - {"."}
    assert {name for name in let_in() | copied if not (ROOT / name).exists()} == set()
    assert copied <= let_in()
    assert packages - let_in() == {"benchmarks"}


def test_no_secret_and_no_data_gets_into_the_image() -> None:
    assert not let_in() & {".env", "var", ".git", "tests"}
    assert "**/.env" in (ROOT / ".dockerignore").read_text().splitlines()
    assert not re.search(r"token|password|secret", str(steps()), re.IGNORECASE)


def test_only_what_is_locked_is_installed() -> None:
    installs = [part for word, rest in steps() if word == "RUN" for part in rest.split("&&") if " install " in part]
    assert len(installs) == 2
    assert "--require-hashes -r requirements.lock" in installs[0]
    assert "--no-deps --no-build-isolation" in installs[1]


def test_the_image_holds_no_tools_to_build_with() -> None:
    assert not re.search(r"apt|gcc|curl", str(final()))
    assert "uninstall -y setuptools" in str(steps())


def test_the_process_is_not_root_and_owns_its_home() -> None:
    (made,) = [rest for word, rest in final() if word == "RUN"]
    words = [word for word, _ in final()]
    assert only("USER") in made.split()
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert f"--home-dir {environment()['YARDMASTER_HOME']}" in made
    assert only("VOLUME") == only("WORKDIR") == environment()["YARDMASTER_HOME"]


def test_the_image_is_one_program_with_every_command() -> None:
    assert json.loads(only("ENTRYPOINT")) == list(PROJECT["project"]["scripts"])
    assert json.loads(only("CMD"))[0] in app.COMMANDS


def test_the_images_settings_are_settings_and_its_port_is_the_doors() -> None:
    given = {name: value for name, value in environment().items() if name.startswith("YARDMASTER_")}
    settings = Settings.read(given, None)
    assert settings.host == "0.0.0.0"
    assert str(settings.port) == only("EXPOSE")
    assert settings.port == Settings.read({}, None).port


def test_the_health_check_asks_what_the_door_answers() -> None:
    check = json.loads(only("HEALTHCHECK").partition("CMD ")[2])
    path = re.search(r"\}(/[\w/]+)'", check[2])
    compile(check[2], "healthcheck", "exec")
    assert path is not None
    assert answers(application(Yard(), Broadcast(Yard()), token=None), path.group(1))
    assert "YARDMASTER_PORT" in check[2]


def answers(door: Flask, path: str) -> bool:
    try:
        return bool(door.url_map.bind("").match(path))
    except NotFound:
        return False


# The composition.


def test_each_of_our_services_is_a_command_of_the_image() -> None:
    assert {name: service["command"] for name, service in OURS.items()} == {
        name: name for name in ("door", "worker", "backfill")
    }
    assert set(OURS) <= set(app.COMMANDS)
    assert OURS["worker"]["deploy"]["replicas"] == 2


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_cannot_write_but_to_its_home_nor_gain_rights(name: str) -> None:
    service = OURS[name]
    writable = [one.split(":")[1] for one in service["volumes"] if not one.endswith(":ro")]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert writable == [environment()["YARDMASTER_HOME"]]
    assert "user" not in service
    assert "privileged" not in service


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_services_settings_are_good(name: str, tmp_path: Path) -> None:
    given = dict(OURS[name]["environment"]) | {"YARDMASTER_RULES": str(tmp_path)}
    given = {key: re.sub(r"\$\{\w+:\?[^}]+\}", "Sesame8801", value) for key, value in given.items()}
    settings = Settings.read(given, None)
    assert settings.database_url is not None
    assert settings.database_url.reveal() == "postgresql+psycopg://yardmaster:Sesame8801@database/yardmaster"
    mounted = {one.split(":")[1] for one in OURS[name]["volumes"]}
    assert OURS[name]["environment"]["YARDMASTER_RULES"] in mounted


def test_what_is_secret_is_taken_from_the_env_file() -> None:
    values = [
        (key, value)
        for service in SERVICES.values()
        for key, value in service["environment"].items()
        if re.search("PASSWORD|TOKEN|SECRET|DATABASE_URL", key)
    ]
    assert len(values) == 1 + len(OURS)
    assert [pair for pair in values if "${POSTGRES_PASSWORD:?" not in pair[1]] == []
    assert {service["env_file"] for service in OURS.values()} == {".env"}


def test_only_the_door_can_be_reached_and_only_from_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    port = only("EXPOSE")
    assert ports == {"door": [f"127.0.0.1:{port}:{port}"]}


def test_services_start_in_an_order_in_which_each_finds_what_it_needs() -> None:
    needs = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}
    healthy = {"condition": "service_healthy"}
    assert needs == {
        "database": {},
        "door": {"database": healthy},
        "worker": {"door": healthy},
        "backfill": {"door": healthy},
    }
    assert "healthcheck" in SERVICES["database"]
    assert "healthcheck" not in SERVICES["door"], "the image's own is used"


def test_every_volume_is_declared() -> None:
    used = {one.split(":")[0] for service in SERVICES.values() for one in service.get("volumes", ())}
    assert {name for name in used if not name.startswith(".")} == set(COMPOSE["volumes"])
