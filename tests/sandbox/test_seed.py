"""What a seed may say, and how its mistakes are told."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml

from sandbox.running import YARD
from sandbox.seed import SeedError, read_seed, read_time


def test_a_seed_with_mistakes_names_all_of_them() -> None:
    seed = yaml.safe_load(YARD.read_text())
    seed["jira"]["issues"][0] |= {"reporter": "ghost", "priority": "Sky-high", "created": "long ago"}
    seed["jira"]["issues"][1]["key"] = "PAY-1"
    seed["slack"]["channels"][0]["members"].append("phantom")
    with pytest.raises(SeedError) as caught:
        read_seed(yaml.safe_dump(seed))
    for said in ("'ghost'", "'Sky-high'", "'long ago'", "'PAY-1' is there twice", "'phantom'"):
        assert said in str(caught.value)


@pytest.mark.parametrize("text", ["", "[", "site: 7", "people: {}", "- a"])
def test_a_text_that_is_no_seed_is_refused(text: str) -> None:
    with pytest.raises(SeedError, match="the seed cannot be read"):
        read_seed(text)


@pytest.mark.parametrize(
    ("text", "ago"), [("3d ago", {"days": 3}), ("2h ago", {"hours": 2}), ("15m ago", {"minutes": 15})]
)
def test_times_can_be_relative(text: str, ago: dict[str, int]) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert read_time(text, now) == now - timedelta(**ago)
