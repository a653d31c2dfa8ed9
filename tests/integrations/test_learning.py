"""Learning over the store: what is kept, what is used, and what an operator sees and says."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

import app
from integrations.learning import SCHEDULE, Learning, learn_apart
from integrations.store.models import Chosen, PostgresModels
from integrations.store.polls import PostgresPolls
from integrations.store.rulebook import PostgresRulebook
from orchestrator.changes import Outcome
from orchestrator.learning import Act, Judged, Label, Pair
from orchestrator.learning.lesson import NEWEST
from orchestrator.related import SHIPPED
from rules.learning import LearningRule
from tests.fakes.clock import SetClock
from tests.fakes.rulings import ruleset
from tests.fakes.store import FakeMemory
from tests.integrations.store.stored import NOON, database, kinds
from tests.learning.told import ELSEWHERE, crowd, label, seen


class Said:
    """The answers that were given so far."""

    def __init__(self, given: list[Label]) -> None:
        self.given = given

    def judged(self, limit: int) -> Iterator[Judged]:
        return (_judged(one) for one in self.given[:limit])


def _judged(told: Label) -> Judged:
    came = Outcome(decision=told.decision, kind="confirmed" if told.right else "rejected", by="mika", at=told.at)
    pair = Pair(item=told.pair.item, other=told.pair.other, features=told.pair.features)
    return Judged(decision=told.decision, model=told.model, pairs=(pair,), outcomes=(came,))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def models(engine: Engine) -> PostgresModels:
    return PostgresModels(engine, SetClock().monotonic)


def learning(models: PostgresModels, given: list[Label], **rule: str) -> Learning:
    clock = SetClock()
    rules = msgspec.structs.replace(ruleset(), learning=msgspec.convert(rule, LearningRule))
    memory = FakeMemory(clock.monotonic, rules)
    return Learning(answers=Said(given), models=models, rulebook=memory, clock=clock)


def test_what_was_learned_is_used_and_the_ledger_says_so(engine: Engine, models: PostgresModels) -> None:
    found = learning(models, crowd(120, ELSEWHERE)).learn(SHIPPED, SCHEDULE)

    assert found.act is Act.USE
    assert models.active().version == f"{SHIPPED.version}.1"
    assert (models.chosen(1)[0].by, kinds(engine)) == (SCHEDULE, ["model.chosen"])


def test_where_the_rules_say_by_hand_a_version_waits_for_a_person(models: PostgresModels) -> None:
    learning(models, crowd(120, ELSEWHERE), uses="by_hand").learn(SHIPPED, SCHEDULE)

    assert len(models.standing().made) == 1
    assert models.active() == SHIPPED


def test_too_few_answers_leave_everything_as_it_is(engine: Engine, models: PostgresModels) -> None:
    found = learning(models, crowd(10, ELSEWHERE)).learn(SHIPPED, SCHEDULE)

    assert (found.act, kinds(engine), models.standing().made) == (Act.WAIT, [], ())


def test_what_an_operator_has_stay_stays(models: PostgresModels) -> None:
    models.use(Chosen(version=SHIPPED.version, at=NOON, by="priya", why="we audit it first", stays=True))

    found = learning(models, crowd(120, ELSEWHERE)).learn(SHIPPED, SCHEDULE)

    assert found.why == f"priya has {SHIPPED.version} stay: we audit it first"
    assert models.active() == SHIPPED


def test_a_version_that_got_worse_gives_way_to_the_defaults(models: PostgresModels) -> None:
    given = crowd(120, ELSEWHERE)
    learning(models, given).learn(SHIPPED, SCHEDULE)
    used = models.active().version
    since = [label(5_000 + number, right=False, features=seen(text=700), model=used) for number in range(NEWEST)]

    found = learning(models, [*given, *since]).learn(SHIPPED, SCHEDULE)

    assert found.act is Act.GO_BACK
    assert models.active() == SHIPPED
    assert len(models.standing().made) == 1


def test_one_process_at_a_time_runs_the_command_and_only_when_it_is_time(engine: Engine, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    command = [sys.executable, "-c", f"open({str(mark)!r}, 'a').write('x')"]
    learn = learn_apart(command, {}, PostgresPolls(engine))

    learn()
    learn()

    assert mark.read_text() == "x"


@pytest.fixture
def yardmaster(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YARDMASTER_DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(app.main, ["models", *words])


def test_an_operator_sees_the_versions_and_chooses_one(
    models: PostgresModels, yardmaster: Callable[..., Result]
) -> None:
    learning(models, crowd(120, ELSEWHERE)).learn(SHIPPED, SCHEDULE)

    used = yardmaster("use", SHIPPED.version, "--why", "a colleague doubts it", "--by", "priya", "--stay")
    told = yardmaster().output

    assert used.exit_code == 0, used.output
    assert f"* {SHIPPED.version}" in told
    assert f"  {SHIPPED.version}.1" in told
    assert "priya: a colleague doubts it (stays)" in told


def test_the_card_tells_what_it_cannot_know(models: PostgresModels, yardmaster: Callable[..., Result]) -> None:
    learning(models, crowd(120, ELSEWHERE)).learn(SHIPPED, SCHEDULE)

    told = yardmaster("show").output

    assert "tried on 60 later answers" in told
    assert "People were asked only about pairs that looked likely" in told


@pytest.mark.parametrize("words", [("show", "related-9.9"), ("use", "related-9.9", "--why", "no reason")])
def test_a_version_that_does_not_exist_is_refused(yardmaster: Callable[..., Result], words: tuple[str, ...]) -> None:
    told = yardmaster(*words)

    assert told.exit_code == 1
    assert "there is no model 'related-9.9'" in told.output


def test_learning_now_says_what_is_missing(engine: Engine, yardmaster: Callable[..., Result]) -> None:
    PostgresRulebook(engine).publish(ruleset(), SetClock())

    told = yardmaster("learn")

    assert told.exit_code == 0, told.output
    assert f"{SHIPPED.version}: nothing learned yet: 0 answers so far, 50 are needed" in told.output
