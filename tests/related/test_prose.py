from hypothesis import given
from hypothesis import strategies as st

from orchestrator.meanings import MOST_CHARACTERS, said_in

REPORT = """*Steps to reproduce*:
Pay with a {{gift card}}.

{code}
Exception in thread "main" java.lang.IllegalStateException: empty
\tat org.shop.Card.balance(Card.java:12)
{code}
On Monday Dana wrote:
The balance is *zero*."""


def test_an_encoder_reads_what_a_person_would() -> None:
    read = said_in("Gift card h1. empty", REPORT)

    assert "Pay with a" in read
    assert "The balance is" in read
    assert not any(part in read for part in ("Steps to", "{code}", "{{", "Card.java", "Dana wrote"))


def test_nothing_said_is_nothing_to_read() -> None:
    assert said_in("", " \n{code}{code}\n") == ""


def test_a_pasted_log_is_read_up_to_a_page() -> None:
    assert len(said_in("log", "word " * 200_000)) <= MOST_CHARACTERS + len("log\n")


@given(st.text(), st.text())
def test_any_text_can_be_read(summary: str, description: str) -> None:
    assert isinstance(said_in(summary, description), str)
