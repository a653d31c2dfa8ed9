"""The shipped packs load, and every mistake in rules is told at once."""

from pathlib import Path

import pytest

from rules.loader import RulesError, load

PACKS = Path(__file__).parents[2] / "rules" / "packs"


def shipped() -> list[tuple[str, str]]:
    return [(path.name, path.read_text(encoding="utf-8")) for path in sorted(PACKS.glob("*.yml"))]


def test_the_shipped_packs_are_good_rules() -> None:
    assert "duplicates" in load(shipped()).workflows


def test_a_pack_laid_over_changes_only_what_it_names() -> None:
    below, above = load(shipped()), load([*shipped(), ("own", "limits: {undo_button_minutes: 3}")])

    assert above.limits.undo_button_minutes == 3
    assert above.limits.projects == below.limits.projects
    assert above.version != below.version


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(RulesError) as caught:
        load([*shipped(), ("own", "limits: {undo_button_minutes: 0}\nunknown: 1"), ("broken", "[1")])

    assert len(caught.value.mistakes) == 3
