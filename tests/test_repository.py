"""Laws of the repository itself: its layout, its size, its directions, its pins, and what it must not mention."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("rules", "orchestrator", "integrations", "sandbox", "benchmarks")
PURE = ("rules", "orchestrator")
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-embeddings.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

OUTSIDE = {".git", ".venv", "var", "build", "dist", "node_modules", "__pycache__", ".hypothesis"}
MADE = (".egg-info", "_cache")
UNNAMEABLE = {"utils", "util", "helpers", "helper", "common", "manager", "service", "misc", "core", "base"}
MACHINE_PATH = re.compile(r"(?<![\w.~*/-])/(?:work|root|tmp|opt|home/[a-z]+)/[A-Za-z0-9._-]")
REGISTRY = re.compile(
    r"(?:files\.pythonhosted|(?:test\.)?pypi|registry\.npmjs)\.org|--(?:extra-)?index-url|--find-links"
)
WORLDLY_CALLS = {"open", "input", "print", "eval", "exec", "__import__"}
WORLDLY_ATTRIBUTES = {"now", "utcnow", "today", "fromtimestamp", "read_text", "read_bytes", "write_text", "getenv"}


@cache
def everything() -> tuple[Path, ...]:
    """Every file of the project; what is made, fetched or hidden is not looked into."""
    found = []
    for place, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in OUTSIDE and not name.endswith(MADE))
        found += [Path(place) / name for name in sorted(names)]
    return tuple(found)


def files(*suffixes: str) -> list[Path]:
    return [path for path in everything() if not suffixes or path.suffix in suffixes]


def code(*packages: str) -> list[Path]:
    return [path for path in files(".py") if path.relative_to(ROOT).parts[0] in packages]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def texts() -> Iterator[tuple[str, str]]:
    for path in files(
        ".py", ".md", ".toml", ".yml", ".yaml", ".lock", ".sql", ".html", ".js", ".css", ".mako", ".ini", ""
    ):
        if path != Path(__file__) and path.name not in {".env", "LICENSE"}:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def worldly(source: str) -> list[str]:
    """The calls in a module's source that reach for the disk, the clock or the terminal."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in WORLDLY_CALLS:
                found.append(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="datetime" | "date" | "Path" | "os"), attr=name)) if (
                name in WORLDLY_ATTRIBUTES
            ):
                found.append(name)
    return found


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "LICENSE",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "Makefile",
        "pyproject.toml",
        ".ci/run",
        ".gitignore",
        "app.py",
        "manifest.yml",
        "docs",
        *PACKAGES,
    ],
)
def test_what_a_newcomer_looks_for_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_no_text_names_a_path_of_somebodys_machine() -> None:
    assert {name: match.group() for name, text in texts() if (match := MACHINE_PATH.search(text))} == {}


def test_no_text_names_a_package_registry() -> None:
    allowed = {
        "Makefile"
    }  # the options that keep a registry's name out of the lock files begin like the ones that name it
    assert {
        name: match.group() for name, text in texts() if name not in allowed and (match := REGISTRY.search(text))
    } == {}


def test_every_module_has_a_name_of_the_domain() -> None:
    named = {str(path.relative_to(ROOT)): {*path.relative_to(ROOT).with_suffix("").parts} for path in code(*PACKAGES)}
    assert {path for path, parts in named.items() if parts & UNNAMEABLE} == set()


def test_every_module_says_what_it_is_for() -> None:
    silent = {str(path.relative_to(ROOT)) for path in code(*PACKAGES) if not ast.get_docstring(parsed(path))}
    assert silent == set()


def test_no_module_is_too_long_to_read() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in code(*PACKAGES)}
    assert {path: lines for path, lines in lengths.items() if lines > 350} == {}


def test_no_function_is_too_long_to_read() -> None:
    functions = {
        f"{path.relative_to(ROOT)}:{node.name}": length(node)
        for path in code(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in functions.items() if lines > 55} == {}


def test_rules_and_orchestrator_reach_for_nothing_in_the_world() -> None:
    reached = {str(path.relative_to(ROOT)): worldly(path.read_text()) for path in code(*PURE)}
    assert {path: calls for path, calls in reached.items() if calls} == {}


@pytest.mark.parametrize(
    "source", ["open('x')", "datetime.now(UTC)", "print(1)", "Path('x').read_text", "os.getenv('X')"]
)
def test_reaching_for_the_world_is_seen(source: str) -> None:
    assert bool(worldly(source)) is (source != "Path('x').read_text")


def test_the_engine_is_named_in_one_place() -> None:
    naming = {
        str(path.relative_to(ROOT))
        for path in (*code(*PACKAGES), *ROOT.glob("app.py"))
        if re.search(r"^\s*(?:import|from) procrastinate\b", path.read_text(), re.MULTILINE)
    }
    assert {path for path in naming if not path.startswith(("integrations/durable.py", "integrations/store/"))} == set()


# The import contracts, each broken in a small tree of its own.


def lint_imports(tree: Path, broken: dict[str, str]) -> str:
    for package in PACKAGES:
        (tree / package).mkdir()
        (tree / package / "__init__.py").touch()
    (tree / "app.py").touch()
    (tree / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for path, source in broken.items():
        (tree / path).write_text(source + "\n")
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run((linter, "--no-cache"), cwd=tree, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    ("path", "source", "told"),
    [
        ("rules/a.py", "import orchestrator", "rules is not allowed to import orchestrator"),
        ("orchestrator/a.py", "import integrations", "orchestrator is not allowed to import integrations"),
        ("rules/a.py", "import os", "rules is not allowed to import os"),
        ("orchestrator/a.py", "from random import random", "orchestrator is not allowed to import random"),
        ("orchestrator/a.py", "import sqlalchemy.orm", "orchestrator is not allowed to import sqlalchemy"),
        ("orchestrator/a.py", "from slack_sdk import WebClient", "orchestrator is not allowed to import slack_sdk"),
        ("sandbox/a.py", "import rules", "sandbox is not allowed to import rules"),
        ("integrations/a.py", "import sandbox", "integrations is not allowed to import sandbox"),
        ("integrations/a.py", "import benchmarks", "integrations is not allowed to import benchmarks"),
        ("integrations/a.py", "import app", "integrations is not allowed to import app"),
        ("sandbox/a.py", "import app", "sandbox is not allowed to import app"),
        ("integrations/a.py", "import procrastinate", "integrations is not allowed to import procrastinate"),
    ],
)
def test_a_wrong_import_breaks_a_contract(tmp_path: Path, path: str, source: str, told: str) -> None:
    said = lint_imports(tmp_path, {path: source})
    assert told in said
    assert "0 broken" not in said


def test_right_imports_break_no_contract(tmp_path: Path) -> None:
    right = {
        "app.py": "import integrations",
        "integrations/durable.py": "import procrastinate, orchestrator, os",
        "orchestrator/a.py": "import rules, datetime",
        "sandbox/a.py": "import flask",
    }
    assert "0 broken" in lint_imports(tmp_path, right)


# The lock files.


def pinned(lock: str) -> dict[str, str]:
    """The entries of a lock file: a package's name, and everything that is written for it."""
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    grouped: dict[str, str] = {}
    for entry in entries:
        name = canonicalize_name(re.split(r"[=\[ ]", entry, maxsplit=1)[0])
        grouped[name] = grouped.get(name, "") + entry + "\n"
    return grouped


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_exact_and_hashed(lock: str) -> None:
    loose = {
        name
        for name, entry in pinned(lock).items()
        if not re.match(r"\S+==\S+ .*\\\n +--hash=sha256:[0-9a-f]{64}", entry)
    }
    assert loose == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_no_pin_names_where_it_comes_from(lock: str) -> None:
    assert not re.search(r"//|index|find-links|@ ", (ROOT / lock).read_text())


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", {"build"}),
        ("requirements-dev.lock", {"build", "dev"}),
        ("requirements-embeddings.lock", {"build", "embeddings"}),
    ],
)
def test_what_the_project_asks_for_is_what_is_pinned(lock: str, extras: set[str]) -> None:
    asked = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    pins = pinned(lock)
    missing = set()
    for requirement in map(Requirement, asked):
        versions = re.findall(r"^\S+==(\S+)", pins.get(canonicalize_name(requirement.name), ""), re.MULTILINE)
        if not versions or not all(requirement.specifier.contains(version) for version in versions):
            missing.add(str(requirement))
    assert missing == set()


def test_developing_runs_on_the_versions_that_users_run_on() -> None:
    run, *others = (pinned(lock) for lock in LOCKS)
    assert {name for name, entry in run.items() for other in others if other.get(name) != entry} == set()


# The changelog.


def test_the_changelog_keeps_its_form() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text().splitlines()
    headings = [line for line in lines if line.startswith("## ")]
    kinds = {line for line in lines if line.startswith("### ")}
    assert lines[0] == "# Changelog"
    assert headings[0] == "## [Unreleased]"
    assert [line for line in headings[1:] if not re.fullmatch(r"## \[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", line)] == []
    allowed = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
    assert kinds <= {f"### {kind}" for kind in allowed}


def test_the_makefile_explains_each_of_its_targets() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    assert named == set(re.findall(r"^([a-z-]+):.* ## .+$", makefile, re.MULTILINE))
