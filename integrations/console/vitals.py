"""Tells whether the bot lives, whether it is ready to work, and how much of what it does. Needs no token.

It must tell no names, texts or keys: whoever may reach the port may read it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from integrations.console.reading import UNREADABLE, Counting, Health
from orchestrator.memory import Standing

__all__ = ["blueprint"]

log = logging.getLogger(__name__)


def blueprint(health: Health, counting: Counting, gap: Callable[[], int | None]) -> Blueprint:
    """Give the routes `GET /health/live`, `GET /health/ready` and `GET /metrics`.

    Live is 200 as long as the process answers. Ready is 200 `{"ready": true}`, or 503 with `missing`, a list of words.
    Metrics are in Prometheus' text form; they are read from the store at each scrape and count over all processes, so
    that it does not matter which process is asked. 503 where the store does not answer. `gap` gives how many issues of
    the last sample we had missed, None while that is unknown; then its metric is left out.
    """
    routes = Blueprint("vitals", __name__)
    registry = CollectorRegistry()
    registry.register(_Counts(counting, gap))

    @routes.get("/health/live")
    def live() -> Response:
        return jsonify(alive=True)

    @routes.get("/health/ready")
    def ready() -> tuple[Response, int]:
        missing = _missing(health)
        return (jsonify(ready=False, missing=missing), 503) if missing else (jsonify(ready=True), 200)

    @routes.get("/metrics")
    def metrics() -> Response:
        try:
            return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
        except UNREADABLE as error:
            log.warning("There are no metrics, the store is not readable: %s", type(error).__name__)
            return Response("# the store does not answer\n", status=503, content_type=CONTENT_TYPE_LATEST)

    return routes


def _missing(health: Health) -> tuple[str, ...]:
    try:
        return health.missing()
    except UNREADABLE as error:
        log.warning("Not ready, the store is not readable: %s", type(error).__name__)
        return ("the store does not answer",)


class _Counts(Collector):
    """What Prometheus scrapes."""

    def __init__(self, counting: Counting, gap: Callable[[], int | None]) -> None:
        self._counting = counting
        self._gap = gap

    def collect(self) -> Iterator[Metric]:
        """Read the numbers, and name them."""
        entries = CounterMetricFamily("yardmaster_ledger_entries", "Sealed entries of the ledger.", labels=["kind"])
        for kind, count in sorted(self._counting.tallies().items()):
            entries.add_metric([kind], count)
        yield entries
        yield from _gauges(self._counting.standing())
        if (missed := self._gap()) is not None:
            yield GaugeMetricFamily("yardmaster_jira_gap_issues", "Issues of a sample whose change we missed.", missed)


def _gauges(standing: Standing) -> Iterator[Metric]:
    for name, meaning, value in (
        ("events_waiting", "Events that no look has handled yet.", standing.waiting),
        ("events_buried", "Events that were put aside for an operator.", standing.buried),
        ("subjects_quarantined", "Subjects that are not looked at until code or rules change.", standing.quarantined),
        ("requests_pending", "Questions to people that have no answer yet.", standing.pending),
        ("actions_open", "Actions that are planned or under way.", standing.open_actions),
        ("actions_failed", "Actions that failed and are not tried again by themselves.", standing.failed_actions),
        ("items", "Issues that are known.", standing.items),
        ("ledger_rows", "Entries of the ledger, sealed or not.", standing.ledger_rows),
        ("ledger_unsealed", "Entries of the ledger that are not sealed yet.", standing.unsealed),
        ("switches", "Switches that stop work now.", len(standing.switches)),
    ):
        yield GaugeMetricFamily(f"yardmaster_{name}", meaning, value)
    up = GaugeMetricFamily("yardmaster_vendor_up", "0 while a vendor is out of service for us.", labels=["vendor"])
    for vendor in ("Jira", "Slack"):
        up.add_metric([vendor.lower()], vendor not in standing.troubles)
    yield up
