"""Lets mishaps strike what one service tells the bot: lost, doubled, delayed or overtaken deliveries."""

from sandbox.courier import Attempt, Courier
from sandbox.faults import Faults


class FaultyCourier:
    """A courier, struck by the mishaps that are set for its service."""

    def __init__(self, courier: Courier, faults: Faults, service: str) -> None:
        self._courier = courier
        self._faults = faults
        self._service = service
        self.start, self.stop, self.idle = courier.start, courier.stop, courier.idle
        self.release = courier.release

    def put(self, event: str, attempt: Attempt) -> None:
        """Carry a delivery of an event, or what a mishap makes of it."""
        mishap = self._faults.take_delivery(self._service, event)
        match mishap.delivery if mishap else None:
            case "lost":
                return
            case "overtaken":
                self._courier.put_behind(attempt)
            case "doubled":
                self._courier.put(attempt)
                self._courier.put(attempt)
            case _:
                self._courier.put(attempt, mishap.delay_ms / 1000 if mishap else 0.0)
