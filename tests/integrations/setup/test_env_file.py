"""What setup writes into `.env`: only what it means to, for nobody else's eyes, and never half."""

import io
import os
import stat
import subprocess
from pathlib import Path

import pytest
from dotenv.parser import parse_stream
from hypothesis import given
from hypothesis import strategies as st

from integrations.settings import Settings
from integrations.setup.env_file import EnvFile, EnvFileError, _quoted

WRITTEN = """# ours
JIRA_URL=https://old.example.com   # the test site

export OTHER='left alone'
JIRA_EMAIL="bot@example.com"
"""


@pytest.fixture
def env(tmp_path: Path) -> EnvFile:
    return EnvFile(path=tmp_path / ".env")


def test_lines_comments_and_order_stay(env: EnvFile) -> None:
    env.path.write_text(WRITTEN)

    env.write({"JIRA_URL": "https://new.example.com", "JIRA_API_TOKEN": "t0ken"})

    assert env.path.read_text() == (
        "# ours\nJIRA_URL=https://new.example.com\n\nexport OTHER='left alone'\n"
        'JIRA_EMAIL="bot@example.com"\nJIRA_API_TOKEN=t0ken\n'
    )


def test_an_exported_name_stays_exported(env: EnvFile) -> None:
    env.path.write_text("\n\n  export JIRA_URL=https://old.example.com")

    env.write({"JIRA_URL": "https://new.example.com", "X": "1"})

    assert env.path.read_text() == "\n\n  export JIRA_URL=https://new.example.com\nX=1\n"


def test_of_a_name_that_stands_twice_the_one_that_counts_is_changed(env: EnvFile) -> None:
    env.path.write_text("A=1\nA=2\n")

    env.write({"A": "3"})

    assert (env.values(), env.path.read_text()) == ({"A": "3"}, "A=1\nA=3\n")


def test_it_is_its_owners_alone_from_the_first_write_on(env: EnvFile) -> None:
    env.path.write_text("A=1")
    env.path.chmod(0o644)

    env.write({"B": "2"})

    assert stat.S_IMODE(env.path.stat().st_mode) == 0o600
    assert [path.name for path in env.path.parent.iterdir()] == [".env"]


def test_writing_what_is_there_changes_nothing(env: EnvFile) -> None:
    env.write({"A": "1"})
    before = env.path.stat()

    env.write({"A": "1"})

    assert env.path.stat() == before


def test_a_link_stays_a_link(env: EnvFile, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    env.path.symlink_to(kept / "settings")

    env.write({"A": "1"})

    assert env.path.is_symlink()
    assert (kept / "settings").read_text() == "A=1\n"


@pytest.mark.parametrize("text", [b"\xff\xfe", b"A=1\nwhat is this\n"])
def test_a_file_that_is_not_understood_is_left_alone(env: EnvFile, text: bytes) -> None:
    env.path.write_bytes(text)

    with pytest.raises(EnvFileError, match=r"\.env cannot be (read|understood at line 2)"):
        env.write({"A": "s3cret"})

    assert env.path.read_bytes() == text


def test_a_place_that_cannot_be_written_is_told_without_the_value(tmp_path: Path) -> None:
    env = EnvFile(path=tmp_path / "nowhere" / ".env")

    with pytest.raises(EnvFileError, match="cannot be written") as refused:
        env.write({"A": "s3cret"})

    assert "s3cret" not in str(refused.value)


def test_a_file_that_git_keeps_gets_no_secrets(env: EnvFile) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=env.path.parent, check=True, capture_output=True)

    env.path.write_text("A=1\n")
    git("init")
    env.write({"A": "2"})
    git("add", ".env")

    with pytest.raises(EnvFileError, match="git rm --cached"):
        env.write({"A": "3"})

    assert env.values() == {"A": "2"}


def test_without_git_it_is_written(env: EnvFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)

    env.write({"A": "1"})

    assert env.values() == {"A": "1"}


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(str.strip))
def test_whatever_is_written_is_read_back(value: str) -> None:
    [line] = parse_stream(io.StringIO(f"A={_quoted(value)}\n"))

    assert line.value == value


def test_the_settings_read_what_was_written(env: EnvFile) -> None:
    env.write({"YARDMASTER_HOME": "my files #1 'here'"})

    assert Settings.read({}, env.path).home == Path("my files #1 'here'")
