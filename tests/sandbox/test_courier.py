"""Deliveries that are tried again."""

from sandbox.courier import Courier
from tests.sandbox.ear import eventually


def test_a_courier_tries_again_and_gives_up() -> None:
    courier = Courier("test", (0, 0), threads=1)
    numbers: list[int] = []

    def attempt(number: int) -> bool:
        numbers.append(number)
        return False

    courier.put(attempt)
    assert not courier.idle()
    courier.start()
    eventually(courier.idle)
    courier.stop()
    assert numbers == [0, 1, 2]
