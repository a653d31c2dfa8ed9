"""Uploads the pictures of messages, so that messages can show them. A message without its picture is better than none.

Each process uploads what it shows, once. What no message shows in the end is seen by nobody.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Final

from cachetools import TTLCache
from slack_sdk import WebClient

from integrations.slack.drawing import drawn
from integrations.slack.failures import told_as_gateway_error
from integrations.slack.fields import objects, text
from orchestrator.charts import Chart
from orchestrator.messages import Message
from orchestrator.ports import GatewayError
from rules.canonical import digest

__all__ = ["Pictures"]

_KEPT, _KEPT_S = 500, 86_400


class Pictures:
    """The files of pictures; safe to share between threads."""

    def __init__(self, client: WebClient, asking: Callable[[], AbstractContextManager[None]]) -> None:
        """Keep the client; each call will be made inside of what `asking` gives."""
        self._client: Final = client
        self._asking = asking
        self._lock = threading.Lock()
        self._files: TTLCache[str, str] = TTLCache(maxsize=_KEPT, ttl=_KEPT_S)

    def of(self, message: Message) -> Mapping[str, str]:
        """Give Slack's ids of a message's pictures by the digests of their charts, as far as Slack takes them."""
        charts = [section.chart for section in message.sections if section.chart is not None and section.chart.bars]
        found = {digest(chart): self._file(chart) for chart in charts}
        return {chart: file for chart, file in found.items() if file is not None}

    def _file(self, chart: Chart) -> str | None:
        name = digest(chart)
        with self._lock:
            known = self._files.get(name)
        if known is not None:
            return known
        try:
            uploaded = self._uploaded(chart)
        except GatewayError:
            return None
        if uploaded is not None:
            with self._lock:
                self._files[name] = uploaded
        return uploaded

    def _uploaded(self, chart: Chart) -> str | None:
        content = drawn(chart)
        with self._asking(), told_as_gateway_error("files.upload", write=False):
            answer = self._client.files_upload_v2(
                filename="forecast.png", content=content, title="Forecast", alt_txt=chart.words
            )
        data = answer.data if isinstance(answer.data, dict) else {}
        return next((text(one, "id") for one in objects(data, "files")), None)
