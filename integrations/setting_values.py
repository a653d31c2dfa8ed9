"""Reads one value of a setting as a person wrote it, or says what is wrong with it and what to write instead.

It knows no setting's name, and no message of it may hold what was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from integrations.logs import Form
from integrations.secret import Secret

_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9]([a-z0-9-]{0,62}))*\.?", re.IGNORECASE)


_MAKE_ONE = "make each with `openssl rand -base64 32 | tr +/ -_`"


class Unusable(Exception):
    """What is wrong with one value, and what to write instead."""

    def __init__(self, wrong: str, instead: str) -> None:
        self.wrong, self.instead = wrong, instead
        super().__init__(wrong)


def secret(text: str) -> Secret:
    """Read a token or a password."""
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise Unusable("holds a blank or a character that no token has", "copy it again")
    return Secret(text)


def word(text: str) -> str:
    """Read a name that holds no blanks."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise Unusable("holds a blank or a character that no name has", "copy it again")
    return text


def token_of(prefix: str) -> Callable[[str], Secret]:
    """Read a token of one kind, known by how it begins."""

    def parse(text: str) -> Secret:
        if not text.startswith(prefix):
            raise Unusable("is another kind of token", f"take the one that begins with {prefix}")
        return secret(text)

    return parse


def web_address(text: str) -> str:
    """Read a web address, without a slash at its end."""
    instead = "write it like https://example.atlassian.net"
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and not set(text) & set(" \\")
    except ValueError:
        usable = False
        parts = urlsplit("")
    if not usable or not text.isprintable():
        raise Unusable("is not a web address", instead)
    if parts.username is not None or parts.password is not None:
        raise Unusable("holds a user name or a password", "leave them out and set the tokens by their own names")
    if parts.query or parts.fragment:
        raise Unusable("holds a query or a fragment", instead)
    return text.rstrip("/")


def database(text: str) -> Secret:
    """Read the address of a PostgreSQL database."""
    instead = "write postgresql://user:password@host/name"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise Unusable("is not the address of a database", instead) from None
    if url.drivername.partition("+")[0] not in {"postgresql", "postgres"}:
        raise Unusable("is not the address of a PostgreSQL database", instead)
    return Secret(url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False))


def email(text: str) -> str:
    """Read an e-mail address."""
    if not re.fullmatch(r"[^@\s:]+@[^@\s:]+", text):
        raise Unusable("is not an e-mail address", "write the one that the API token belongs to")
    return text


def custom_field(text: str) -> str:
    """Read the id of a custom field."""
    if not re.fullmatch(r"customfield_[0-9]{1,12}", text):
        raise Unusable("is not the id of a custom field", "write it like customfield_10050")
    return text


def host(text: str) -> str:
    """Read an address to listen on."""
    try:
        return str(ip_address(text))
    except ValueError:
        if not _HOST_NAME.fullmatch(text):
            raise Unusable("is not an address to listen on", "write 127.0.0.1, 0.0.0.0 or a host name") from None
        return text


def number_up_to(highest: int) -> Callable[[str], int]:
    """Read a whole number from 1 on."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= highest:
            raise Unusable("is not a usable number", f"write one from 1 to {highest}")
        return int(text)

    return parse


def path(text: str) -> Path:
    """Read a path."""
    if "\0" in text:
        raise Unusable("is not a path", "write the path of a directory")
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise Unusable("begins with the home of nobody here", "write the path of a directory") from error


def existing(what: str) -> Callable[[str], Path]:
    """Read the path of something that exists."""

    def parse(text: str) -> Path:
        found = path(text)
        if not _is(found.exists):
            raise Unusable("names nothing that exists", f"write the path of a file or directory of {what}")
        return found

    return parse


def _is(so: Callable[[], bool]) -> bool:
    """Tell what the system says of a path; a name that it refuses, as one that is too long, names nothing."""
    try:
        return so()
    except OSError:
        return False


def model(text: str) -> str:
    """Read the name of a model, or the path of one."""
    if text != "minilm" and not _is(path(text).is_dir):
        raise Unusable("names no model", "write minilm, or the path of a folder that holds one")
    return text


def log_level(text: str) -> str:
    """Read how much is logged."""
    if text.upper() not in _LOG_LEVELS:
        raise Unusable("is not a level", f"write one of {', '.join(_LOG_LEVELS)}")
    return text.upper()


def log_format(text: str) -> Form:
    """Read how logs are written."""
    forms: dict[str, Form] = {"text": "text", "json": "json"}
    if text.lower() not in forms:
        raise Unusable("is not a form of logs", f"write one of {', '.join(forms)}")
    return forms[text.lower()]


def keys(text: str) -> tuple[Secret, ...]:
    """Read keys that grants are kept under, the newest first, with commas in between."""
    found = tuple(one.strip() for one in text.split(",") if one.strip())
    try:
        for one in found:
            Fernet(one)
    except ValueError:
        raise Unusable(
            "holds something that is no key", "make each with `openssl rand -base64 32 | tr +/ -_`"
        ) from None
    return tuple(Secret(one) for one in found)
