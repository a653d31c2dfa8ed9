"""How good chances turned out to be."""

from dataclasses import replace

from orchestrator.forecast.marks import Told, marks


def told(*pairs: tuple[float, bool]) -> list[Told]:
    return [Told(promise=number, chance=chance, broke=broke) for number, (chance, broke) in enumerate(pairs)]


def test_what_is_told_rightly_has_no_error() -> None:
    found = marks(told((1.0, True), (0.0, False), (1.0, True), (0.0, False)))

    assert (found.auc.value, found.brier.value, found.calibration_error.value) == (10_000, 0, 0)
    assert (found.told, found.came) == (5_000, 5_000)


def test_one_half_for_all_says_nothing_and_is_as_calibrated_as_can_be() -> None:
    found = marks(told((0.5, True), (0.5, False)))

    assert (found.auc.value, found.brier.value, found.calibration_error.value) == (5_000, 2_500, 0)
    assert found.log_loss.value == 6_931


def test_the_intervals_are_over_promises_and_not_over_their_moments() -> None:
    few = told(*[(0.2, False), (0.7, True), (0.4, True), (0.3, False), (0.6, False)] * 4)
    doubled = [replace(one, weight=0.5) for one in few for _ in range(9)]

    once, often = marks(few), marks(doubled)

    assert once.brier == often.brier
    assert (once.brier.low or 0) < once.brier.value < (once.brier.high or 0)
