"""Bytes that come in and go out beside Jira's JSON: one file of a form, and a file as an answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file with its name and its kind (a MIME type)."""

    name: str
    kind: str
    content: bytes
