"""Tokens and invitations are for nobody else to read or to make."""

from __future__ import annotations

import time

import msgspec
import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from integrations.atlassian.sealing import INVITED_FOR_S, Invitation, Seal, Tokens
from integrations.secret import Secret

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TOKENS = Tokens(access=Secret("the-access"), refresh=Secret("the-refresh"), seconds=3600, scopes=frozenset())
ASKED = Invitation(once="1", user="UTOM", account="j-tom")


def seal(*keys: str) -> Seal:
    return Seal([Secret(key) for key in keys])


def test_what_is_sealed_is_opened_for_whom_it_was_sealed_and_for_nobody_else() -> None:
    sealed = seal(NEW).sealed(TOKENS, "j-tom")

    assert "the-" not in sealed
    assert seal(NEW).opened(sealed, "j-tom") == (Secret("the-access"), Secret("the-refresh"))
    assert seal(NEW).opened(sealed, "j-mika") is None


def test_older_keys_still_open_and_the_newest_seals() -> None:
    sealed = seal(OLD).sealed(TOKENS, "j-tom")
    both = seal(NEW, OLD)
    resealed = both.again(sealed)

    assert both.opened(sealed, "j-tom") is not None
    assert resealed is not None
    assert seal(NEW).opened(resealed, "j-tom") == (Secret("the-access"), Secret("the-refresh"))
    assert seal(NEW).opened(sealed, "j-tom") is None
    assert seal(NEW).again(sealed) is None
    assert (both.newest, both.known) == (seal(NEW).newest, seal(NEW).known | seal(OLD).known)


def test_an_invitation_comes_back_as_it_went_and_not_after_its_time() -> None:
    late = Fernet(NEW).encrypt_at_time(msgspec.json.encode(ASKED), int(time.time()) - INVITED_FOR_S - 1).decode()

    assert seal(NEW).invited(seal(NEW).invite(ASKED)) == ASKED
    assert seal(NEW).invited(late) is None
    assert seal(NEW).invited(seal(OLD).invite(ASKED)) is None


def test_tokens_are_no_invitation_and_an_invitation_is_no_tokens() -> None:
    assert seal(NEW).invited(seal(NEW).sealed(TOKENS, "j-tom")) is None
    assert seal(NEW).opened(seal(NEW).invite(ASKED), "j-tom") is None


@given(st.text(max_size=200))
def test_whatever_else_comes_back_is_no_invitation(state: str) -> None:
    assert seal(NEW).invited(state) is None


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 url-safe"):
        seal("short")
