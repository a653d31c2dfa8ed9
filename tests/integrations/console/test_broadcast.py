"""Listening: nothing is missed, nothing told twice, nobody reads for nobody."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.exc import OperationalError

from integrations.console.broadcast import Broadcast, Listener, NoRoom
from tests.integrations.console.yard import Yard, numbers

DOWN = OperationalError("SELECT 1", {}, OSError("connection refused"))
LONG_S = 60


def hear(broadcast: Broadcast, listener: Listener, count: int) -> list[int]:
    """Take until that many entries came."""
    heard: list[int] = []
    while len(heard) < count:
        taken = broadcast.take(listener, LONG_S)
        assert taken, f"nothing more came after {heard}"
        heard += numbers(taken)
    return heard


def readers() -> int:
    return sum(thread.name == "broadcast" for thread in threading.enumerate())


def test_who_names_no_position_hears_what_is_new(yard: Yard, broadcast: Broadcast) -> None:
    yard.add(3)
    listener = broadcast.listen(None)
    yard.add(2)
    assert hear(broadcast, listener, 2) == [4, 5]


def test_who_names_a_position_hears_what_came_after_it(yard: Yard, broadcast: Broadcast) -> None:
    yard.add(5)
    assert hear(broadcast, broadcast.listen(2), 3) == [3, 4, 5]


def test_a_position_that_is_yet_to_come_counts_as_the_present(yard: Yard, broadcast: Broadcast) -> None:
    yard.add(1)
    listener = broadcast.listen(900)
    yard.add(1)
    assert hear(broadcast, listener, 1) == [2]


def test_a_long_past_comes_in_order_and_once(yard: Yard, broadcast: Broadcast) -> None:
    yard.add(1050)
    assert hear(broadcast, broadcast.listen(0), 1050) == list(range(1, 1051))


def test_who_takes_a_long_past_does_not_wait_between_its_pages(yard: Yard) -> None:
    patient = Broadcast(yard, every_s=3600)
    yard.add(1050)
    assert len(hear(patient, patient.listen(0), 1050)) == 1050
    patient.stop()


def test_who_is_behind_does_not_hold_up_who_is_not(yard: Yard, broadcast: Broadcast) -> None:
    yard.add(5000)
    broadcast.listen(0)
    present = broadcast.listen(None)
    yard.add(1)
    assert hear(broadcast, present, 1) == [5001]


def test_for_who_does_not_take_no_more_than_two_pages_are_kept(yard: Yard, broadcast: Broadcast) -> None:
    yard.add(1000)
    idle, eager = broadcast.listen(0), broadcast.listen(0)
    hear(broadcast, eager, 1000)
    assert len(idle.waiting) <= 200
    assert hear(broadcast, idle, 1000) == list(range(1, 1001))


def test_all_who_wait_for_the_present_share_one_reading(yard: Yard) -> None:
    broadcast = Broadcast(yard, every_s=LONG_S)
    broadcast.listen(None)
    for _ in range(3):
        broadcast.listen(None)
    positions = broadcast._waiting_at()
    broadcast.stop()
    assert [len(listeners) for listeners in positions.values()] == [4]


def test_one_thread_reads_however_many_listen(broadcast: Broadcast) -> None:
    for _ in range(8):
        broadcast.listen(None)
    assert readers() == 1


def test_nothing_is_read_before_anybody_listens(yard: Yard, broadcast: Broadcast) -> None:
    assert not yard.read_once.wait(0.05)
    broadcast.listen(None)
    assert yard.read_once.wait(LONG_S)


def test_the_reader_ends_when_the_last_listener_leaves(yard: Yard, broadcast: Broadcast) -> None:
    listeners = [broadcast.listen(None), broadcast.listen(None)]
    reader = broadcast._reader
    assert reader is not None
    for listener in listeners:
        listener.close()
    reader.join(LONG_S)
    count = len(yard.readings)
    yard.read_once.clear()
    assert not yard.read_once.wait(0.05)
    assert (reader.is_alive(), len(yard.readings)) == (False, count)


def test_who_comes_after_all_have_left_is_read_for_again(yard: Yard, broadcast: Broadcast) -> None:
    for _ in range(20):
        listener = broadcast.listen(0)
        yard.add(1)
        assert hear(broadcast, listener, len(yard.rows))[-1] == len(yard.rows)
        listener.close()


def test_there_is_room_for_eight(broadcast: Broadcast) -> None:
    listeners = [broadcast.listen(None) for _ in range(8)]
    with pytest.raises(NoRoom):
        broadcast.listen(None)
    listeners[0].close()
    listeners[0].close()
    broadcast.listen(None)
    with pytest.raises(NoRoom):
        broadcast.listen(None)


def test_stopping_ends_all_who_listen_and_the_reader(broadcast: Broadcast) -> None:
    listener = broadcast.listen(None)
    reader = broadcast._reader
    broadcast.stop()
    assert reader is not None
    assert not reader.is_alive()
    assert listener.ended
    assert broadcast.take(listener, LONG_S) == b""


def test_nobody_can_listen_after_the_stop(broadcast: Broadcast) -> None:
    broadcast.stop()
    with pytest.raises(NoRoom):
        broadcast.listen(None)


def test_a_store_that_fails_for_a_while_costs_nobody_an_entry(yard: Yard, broadcast: Broadcast) -> None:
    listener = broadcast.listen(None)
    yard.failure = DOWN
    yard.read_once.clear()
    assert yard.read_once.wait(LONG_S)
    yard.add(2)
    yard.failure = None
    assert hear(broadcast, listener, 2) == [1, 2]


def test_a_store_that_fails_is_told_to_who_wants_to_listen(yard: Yard, broadcast: Broadcast) -> None:
    yard.failure = DOWN
    with pytest.raises(OperationalError):
        broadcast.listen(None)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_reader_that_breaks_ends_the_streams_so_that_they_come_back(yard: Yard, broadcast: Broadcast) -> None:
    listener = broadcast.listen(None)
    reader = broadcast._reader
    assert reader is not None
    yard.failure = ZeroDivisionError()
    assert broadcast.take(listener, LONG_S) == b""
    reader.join(LONG_S)
    yard.failure = None
    yard.add(1)
    assert listener.ended
    assert hear(broadcast, broadcast.listen(0), 1) == [1]


def test_a_stream_greets_at_once_and_beats_in_silence(broadcast: Broadcast) -> None:
    stream = broadcast.listen(None).stream(lambda: False)
    assert next(stream) == b"retry: 1000\n: listening\n\n"
    assert next(stream) == b": still here\n\n"


def test_a_stream_ends_when_its_reader_has_hung_up(broadcast: Broadcast) -> None:
    gone = threading.Event()
    stream = broadcast.listen(None).stream(gone.is_set)
    next(stream)
    gone.set()
    assert list(stream) == []


def test_what_two_threads_add_and_take_is_heard_once_and_in_order(yard: Yard, broadcast: Broadcast) -> None:
    listeners = [broadcast.listen(0) for _ in range(4)]
    heard: dict[int, list[int]] = {}
    takers = [
        threading.Thread(target=lambda place, one: heard.update({place: hear(broadcast, one, 600)}), args=(place, one))
        for place, one in enumerate(listeners)
    ]
    for taker in takers:
        taker.start()
    for _ in range(60):
        yard.add(10)
    for taker in takers:
        taker.join(LONG_S)
    assert list(heard.values()) == [list(range(1, 601))] * 4
