"""Who gets into the database without a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrations.doctor.database import who_enters
from integrations.doctor.finding import Verdict


@pytest.mark.parametrize(
    ("trusted", "here", "verdict", "words"),
    [
        ([], True, Verdict.WELL, "nobody else gets in"),
        (["10.0.0.0"], False, Verdict.FAULT, "lets others in over the network"),
        (["all", "127.0.0.1"], True, Verdict.FAULT, "lets others in over the network"),
        (["127.0.0.1", "::1"], True, Verdict.WARNING, "every user of this machine"),
        (["127.0.0.1", ""], False, Verdict.WELL, "nobody else gets in"),
    ],
)
def test_an_address_that_is_trusted_is_judged_by_who_can_have_it(
    trusted: list[str], here: bool, verdict: Verdict, words: str
) -> None:
    one = who_enters(trusted, None, here=here)

    assert one.verdict is verdict
    assert words in one.words


@pytest.mark.parametrize(("mode", "verdict"), [(0o700, Verdict.WELL), (0o755, Verdict.FAULT), (0o701, Verdict.FAULT)])
def test_a_socket_that_others_can_enter_is_a_fault(tmp_path: Path, mode: int, verdict: Verdict) -> None:
    tmp_path.chmod(mode)

    one = who_enters([""], tmp_path, here=True)

    assert one.verdict is verdict
    assert one.fix == (f"chmod 700 {tmp_path}" if verdict is Verdict.FAULT else "")


def test_an_open_socket_does_no_harm_where_it_asks_for_a_password(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    assert who_enters([], tmp_path, here=True).verdict is Verdict.WELL
