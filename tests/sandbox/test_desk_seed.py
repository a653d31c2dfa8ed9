"""Mistakes in a seed's service desks are all told at once, each with its desk."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from sandbox.desk.seed import read_duration, read_shift
from sandbox.running import YARD
from sandbox.seed import SeedError, read_seed


def seed_with(change: Callable[[dict[str, Any]], None]) -> str:
    seed = yaml.safe_load(YARD.read_text())
    change(seed["desks"][0])
    return yaml.safe_dump(seed)


def test_all_mistakes_are_named() -> None:
    def spoil(desk: dict[str, Any]) -> None:
        desk["agents"].append("noor")
        desk["request_types"][0] |= {"issue_type": "Epic", "groups": ["Nowhere"]}
        desk["queues"][0]["jql"] = "project ="
        desk["slas"][0]["start"] = ["issue born"]
        desk["slas"][1]["pause"] = ["status Asleep"]
        desk["slas"][1]["goals"][0] |= {"within": "soon", "calendar": "Mars"}
        desk["calendars"][0] |= {"time_zone": "Europe/Atlantis", "hours": {"mon": ["17:00-09:00"]}}
        desk["approvals"][0]["approved"] = {"transition": "999", "resolution": "Blessed"}
        desk["requests"]["OPS-99"] = {"type": "77", "organizations": ["8"]}

    with pytest.raises(SeedError) as caught:
        read_seed(seed_with(spoil))

    for word in (
        "no person 'noor'",
        "no issue type 'Epic'",
        "no group 'Nowhere'",
        "'project ='",
        "'issue born'",
        "'status Asleep'",
        "'soon'",
        "no calendar 'Mars'",
        "'Europe/Atlantis'",
        "'17:00-09:00'",
        "no transition '999'",
        "no resolution 'Blessed'",
        "no issue 'OPS-99'",
        "no request type '77'",
        "no organization '8'",
    ):
        assert word in str(caught.value)
    assert str(caught.value).count("service desk 1:") == 15


def test_a_seed_without_desks_is_a_seed() -> None:
    seed = yaml.safe_load(YARD.read_text())
    del seed["desks"]

    assert read_seed(yaml.safe_dump(seed)).desks == ()


@pytest.mark.parametrize("text", ["", "4", "h", "0h", "-1h", "1.5h", "4 h", "4w"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        read_duration(text)


@pytest.mark.parametrize("text", ["", "9-17", "09:00", "09:00-09:00", "17:00-09:00", "00:00-24:01", "25:00-26:00"])
def test_what_is_no_shift_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no shift"):
        read_shift(text)


def test_a_shift_may_end_at_midnight() -> None:
    assert read_shift("00:00-24:00") == (0, 1440)
