"""One trace from a person's press to Jira's change, over two processes and real HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integrations.collector import Collector, Seen, collecting
from tests.sandbox.ear import new_issue
from tests.scenarios.test_stories import AGAIN, KNOWN, approved
from tests.scenarios.town import Town, eventually

pytestmark = pytest.mark.long


def test_a_press_and_its_effect_are_one_trace(settle: Callable[..., Town], monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        town = settle()
        dana = town.as_person("dana")
        new_issue(dana, "PAY", **KNOWN)
        approved(town, new_issue(dana, "WEB", **AGAIN))

        done = eventually(lambda: performed(collector), why=lambda: "\n".join(map(str, collector.spans)))

        assert {one.told["yardmaster.kind"] for one in collector.named("Jira perform")} >= {"link", "comment"}
        assert [(one.process, one.name) for one in trail(collector, done[0])] == [
            ("door", "slack put"),
            ("worker", "look"),
            ("worker", "act carry_on"),
            ("worker", "Jira perform"),
        ]
        assert eventually(lambda: collector.named("Slack post"))
        assert not [words for words in ("Voucher", "dana", "Mika", "@example") if words in str(collector.spans)]


def performed(collector: Collector) -> list[Seen]:
    """The actions, once what they are inside of has come; one that had to wait is done in a later look."""
    done = collector.named("Jira perform")
    return [one for one in done if len(done) > 2 and trail(collector, one)[0].process == "door"]


def trail(collector: Collector, last: Seen) -> list[Seen]:
    """A span and what it is inside of, outermost first."""
    by_id = {one.span: one for one in collector.spans}
    found = [last]
    while found[0].parent in by_id:
        found.insert(0, by_id[found[0].parent])
    assert {one.trace for one in found} == {last.trace}
    return found
