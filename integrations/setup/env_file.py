"""Writes settings into `.env` as a person would: lines that it does not change stay as they are, in their order.

No message of it may hold a value. The file is its owner's alone, and is replaced as a whole or not at all.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv.parser import Binding, parse_stream

__all__ = ["EnvFile", "EnvFileError"]

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=~-]+")


class EnvFileError(Exception):
    """The file cannot be read or must not be written; says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvFile:
    """A file of `NAME=value` lines, which need not exist yet."""

    path: Path

    def values(self) -> dict[str, str]:
        """Read what is set; what has no value counts as absent."""
        return {line.key: line.value for line in self._lines() if line.key and line.value}

    def refuse_if_shared(self) -> None:
        """Raise EnvFileError where git keeps the file: what is in it would be everybody's."""
        git = shutil.which("git")
        if git is None:
            return
        where = self.path.resolve()
        asked = [git, "-C", str(where.parent), "ls-files", "--error-unmatch", "--", where.name]
        if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
            raise EnvFileError(
                f"{self.path} is kept by git, and secrets must not be: `git rm --cached {self.path}`, name it in"
                " .gitignore, and make what was in it anew"
            )

    def write(self, settings: Mapping[str, str]) -> None:
        """Set names to values, new ones at the end; does nothing where all of them are set so already.

        Raises EnvFileError; the file is then as it was.
        """
        if settings.items() <= self.values().items():
            return
        self.refuse_if_shared()
        lines = self._lines()
        last = {line.key: place for place, line in enumerate(lines) if line.key}
        texts = [line.original.string for line in lines]
        for name, value in settings.items():
            if name in last:
                texts[last[name]] = _replaced(texts[last[name]], name, value)
            else:
                texts.append(f"{_break_before(texts)}{name}={_quoted(value)}\n")
        self._put("".join(texts))

    def _lines(self) -> list[Binding]:
        try:
            text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        except (OSError, UnicodeDecodeError):
            raise EnvFileError(f"{self.path} cannot be read; make it a text file of NAME=value lines") from None
        lines = list(parse_stream(io.StringIO(text)))
        wrong = [line.original.line for line in lines if line.error]
        if wrong:
            raise EnvFileError(f"{self.path} cannot be understood at line {wrong[0]}; write NAME=value there")
        return lines

    def _put(self, text: str) -> None:
        to = self.path.resolve()
        try:
            handle, made = tempfile.mkstemp(prefix=".env.", dir=to.parent)  # mode 0600 from the beginning
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(made).replace(to)
            finally:
                Path(made).unlink(missing_ok=True)
        except OSError as error:
            raise EnvFileError(f"{self.path} cannot be written: {error.strerror}") from None


def _replaced(line: str, name: str, value: str) -> str:
    """Give the line with another value; what stands before the name, as empty lines and `export`, stays."""
    before, found, _ = line.partition(name)
    return f"{before}{found}={_quoted(value)}\n"


def _break_before(texts: list[str]) -> str:
    return "\n" if texts and not texts[-1].endswith(("\n", "\r")) else ""


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
