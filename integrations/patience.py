"""Reads how long a vendor asks us to wait. The header is data from outside: whatever it holds does no harm."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

#: Whoever asks for more is asked again after this, in seconds: a header gone wrong must not stop the work for a day.
LONGEST_S: Final = 3600.0


def asked_wait(header: str, now: datetime) -> float | None:
    """Read `Retry-After` in seconds or as an HTTP date; gives seconds from 0 to an hour, None where it is neither.

    Source: RFC 9110, 10.2.3. `now` is real time, aware.
    """
    written = header.strip()
    if re.fullmatch(r"[0-9]{1,300}(\.[0-9]{1,30})?", written):
        return min(float(written), LONGEST_S)
    try:
        until = parsedate_to_datetime(written)
    except (ValueError, OverflowError, IndexError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_S)
