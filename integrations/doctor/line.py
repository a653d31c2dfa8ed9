"""The way to a system: does its address answer, is the certificate good, do its clock and ours agree."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import urlsplit

from integrations.doctor.finding import Finding, fault, unchecked, warning, well

__all__ = ["check_line"]

TIMEOUT_S = 10
#: Slack and Jira refuse signatures, and we theirs, that are five minutes off.
MOST_SKEW_S = 60
ENDS_SOON_D = 14


def check_line(system: str, url: str, now: Callable[[], datetime]) -> Iterator[Finding]:
    """Open a connection to the address and read the Date of an answer, whatever it says."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    if not secure and not _is_here(host):
        yield fault(system, f"{url} is not https, so tokens cross the network in the clear", "use its https address")
    line: HTTPConnection = (
        HTTPSConnection(host, parts.port, timeout=TIMEOUT_S) if secure else HTTPConnection(host, parts.port, TIMEOUT_S)
    )
    try:
        line.request("GET", parts.path or "/")
        asked, date = now(), line.getresponse().headers["Date"]
        if secure:
            yield _certificate(system, line.sock, asked)
        yield _clock(system, date, asked)
    except ssl.SSLCertVerificationError as error:
        fix = "renew the certificate there, or have this machine trust its issuer"
        yield fault(system, f"the certificate of {host} is not good: {error.verify_message}", fix)
    except (OSError, HTTPException) as error:
        fix = "look at the address, the network and the proxy of this machine"
        yield fault(system, f"{url} does not answer: {type(error).__name__}", fix)
    finally:
        line.close()


def _certificate(system: str, line: socket.socket | None, now: datetime) -> Finding:
    shown = line.getpeercert() if isinstance(line, ssl.SSLSocket) else None
    ends = (shown or {}).get("notAfter")
    if not isinstance(ends, str):
        return unchecked(system, "its certificate does not say when it ends")
    days = (datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) - now).days
    if days < ENDS_SOON_D:
        return warning(system, f"its certificate ends in {days} days", "renew it there")
    return well(system, f"TLS is good; the certificate ends in {days} days")


def _clock(system: str, date: str | None, now: datetime) -> Finding:
    try:
        skew = abs((parsedate_to_datetime(date or "") - now).total_seconds())
    except (TypeError, ValueError):
        return unchecked(system, "it answers, and does not say what time it has")
    if skew > MOST_SKEW_S:
        words = f"this machine's clock is {skew:.0f} s off from its clock; signatures are refused from 300 s on"
        return fault(system, words, "switch on time synchronisation (NTP) on this machine")
    return well(system, f"it answers, and its clock and ours agree within {MOST_SKEW_S} s")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
