"""What the bot tells about itself over HTTP: its health, its numbers, and what it did and why."""

from integrations.console import api, vitals
from integrations.console.broadcast import Broadcast

__all__ = ["Broadcast", "api", "vitals"]
