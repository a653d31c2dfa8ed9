"""What the docs say of the sandbox is held to it: flags, the story in full, faults and their tests, pictures."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

from sandbox.__main__ import main
from sandbox.faults import Fault, Mishap
from sandbox.playing.checks import AnyCheck
from sandbox.playing.deeds import AnyDeed
from sandbox.playing.hours import Colleague, Manner
from sandbox.playing.library import capabilities, names
from sandbox.playing.script import Story, StoryError, read_story

ROOT = Path(__file__).parents[2]
WORDS = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"^```yaml\n(.*?)^```$", WORDS, re.MULTILINE | re.DOTALL)[0]
MOST_BYTES = 300_000


def test_every_flag_is_told() -> None:
    told = set(re.findall(r"`(--[a-z-]+)`", WORDS))
    assert told == {option for parameter in main.params for option in parameter.opts}


def test_the_story_in_full_can_be_played() -> None:
    assert read_story(EXAMPLE, capabilities()).cast == ["first", "again", "request"]


@pytest.mark.parametrize(
    "kind", [Story, Colleague, *get_args(AnyDeed), *get_args(AnyCheck)], ids=lambda kind: kind.__name__
)
def test_the_story_in_full_has_every_part_that_one_can_have(kind: type[msgspec.Struct]) -> None:
    missing = [field.name for field in msgspec.structs.fields(kind) if not re.search(rf"\b{field.name}:", EXAMPLE)]
    assert missing == []
    tag = kind.__struct_config__.tag
    assert tag is None or re.search(rf"(do|look_at): {tag}\b", EXAMPLE)


def test_every_manner_of_a_colleague_is_told() -> None:
    assert [one for one in Manner if f"{one}:" not in EXAMPLE and f"manner: {one}" not in EXAMPLE] == []


def test_a_story_with_mistakes_is_refused_with_the_place_of_each() -> None:
    wrong = EXAMPLE.replace("issue: first, by", "issue: frist, by").replace("needs: [matching]", "needs: [magic]")
    with pytest.raises(StoryError) as refused:
        read_story(wrong, capabilities())
    assert "tom at 15m: no issue is called 'frist'" in str(refused.value)
    assert "no capability 'magic'" in str(refused.value)


def test_the_docs_count_the_stories_that_there_are() -> None:
    assert len(names()) == 12
    assert "Twelve situations" in WORDS


def test_every_kind_of_fault_is_told_with_a_test_that_shows_it() -> None:
    sources = [
        (ROOT / "tests" / "sandbox" / name).read_text(encoding="utf-8")
        for name in ("test_faults.py", "test_mishaps.py")
    ]
    tests = {
        node.name for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)
    }
    rows = [line for line in WORDS.splitlines() if re.search(r"`test_\w+` \|$", line)]
    assert [name for row in rows for name in re.findall(r"`(test_\w+)`", row) if name not in tests] == []
    kinds = {*get_args(get_type_hints(Mishap)["delivery"]), *("before", "after", "halfway")}
    named = {field.name for field in fields(Fault)} - {"service", "path", "method", "times", "share"}
    assert [kind for kind in kinds if not any(f'"{kind}"' in row for row in rows)] == []
    assert [name for name in named if not any(re.search(rf"[`\"]{name}\b", row) for row in rows)] == []


def test_pictures_are_there_have_words_and_are_small() -> None:
    pictures = [*ROOT.glob("docs/images/*")]
    shown = []
    for page in [ROOT / "README.md", *ROOT.glob("docs/*.md")]:
        for words, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            assert len(words) > 20, f"{page.name}: {target} has no description"
            shown.append((page.parent / target).resolve())
    assert sorted(shown) == sorted(pictures)
    assert {path.name: path.stat().st_size for path in pictures if path.stat().st_size > MOST_BYTES} == {}
