"""The way to a system: does its address answer, is the certificate good, do its clock and ours agree.

It goes through the proxy that the environment names, as the clients of Jira and Slack do. Of an answer it reads the
Date and nothing else.
"""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from integrations.doctor.finding import Finding, fault, unchecked, warning, well

__all__ = ["check_line"]

TIMEOUT_S: Final = 10
#: Slack and Jira refuse signatures, and we theirs, that are five minutes off.
MOST_SKEW_S: Final = 60
ENDS_SOON_D: Final = 14


def check_line(
    system: str, url: str, now: Callable[[], datetime], trusted: ssl.SSLContext | None = None
) -> Generator[Finding, None, bool]:
    """Open a connection to the address and read the Date of an answer, whatever it says.

    Args:
        system: whose address it is.
        url: the address, with its scheme.
        now: transport time, with its zone.
        trusted: whose certificates are good; None: those that this machine trusts.

    Returns:
        Whether somebody answered, good certificate or not.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    if not secure and not _is_here(parts.hostname or ""):
        yield warning(system, f"{url} is not https, so tokens cross the network in the clear", "use its https address")
    line, target = _line(parts, trusted)
    try:
        line.connect()
        if secure:
            yield _certificate(system, line.sock, now())
        line.request("GET", target)
        asked, date = now(), line.getresponse().headers["Date"]
        yield _clock(system, date, asked)
    except ssl.SSLCertVerificationError as error:
        fix = "renew the certificate there, or have this machine trust its issuer"
        yield fault(system, f"the certificate of {parts.hostname} is not good: {error.verify_message}", fix)
    except (OSError, HTTPException) as error:
        fix = "look at the address, the network and the proxy of this machine"
        yield fault(system, f"{url} does not answer ({type(error).__name__})", fix)
        return False
    finally:
        line.close()
    return True


def _line(parts: SplitResult, trusted: ssl.SSLContext | None) -> tuple[HTTPConnection, str]:
    """Give the connection, not opened yet, and what is asked for on it."""
    host, target, proxy = parts.hostname or "", parts.path or "/", _proxy(parts)
    if parts.scheme != "https":
        if proxy is None:
            return HTTPConnection(host, parts.port, timeout=TIMEOUT_S), target
        return HTTPConnection(proxy.hostname or "", proxy.port, timeout=TIMEOUT_S), parts.geturl()
    if proxy is None:
        return HTTPSConnection(host, parts.port, timeout=TIMEOUT_S, context=trusted), target
    line = HTTPSConnection(proxy.hostname or "", proxy.port, timeout=TIMEOUT_S, context=trusted)
    named = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}" if proxy.username else ""
    headers = {"Proxy-Authorization": f"Basic {b64encode(named.encode()).decode()}"} if named else {}
    line.set_tunnel(host, parts.port or 443, headers)
    return line, target


def _proxy(parts: SplitResult) -> SplitResult | None:
    host, named = parts.hostname or "", getproxies().get(parts.scheme)
    if not named or _is_here(host) or proxy_bypass(host):
        return None
    return urlsplit(named if "://" in named else f"http://{named}")


def _certificate(system: str, line: socket.socket | None, now: datetime) -> Finding:
    shown = line.getpeercert() if isinstance(line, ssl.SSLSocket) else None
    ends = (shown or {}).get("notAfter")
    if not isinstance(ends, str):
        return unchecked(system, "how long its certificate is good", "it does not say")
    days = (datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) - now).days
    if days < ENDS_SOON_D:
        return warning(system, f"its certificate ends in {days} days", "renew it there")
    return well(system, f"TLS is good; the certificate ends in {days} days")


def _clock(system: str, date: str | None, now: datetime) -> Finding:
    try:
        skew = abs((parsedate_to_datetime(date or "") - now).total_seconds())
    except (TypeError, ValueError):
        return unchecked(system, "its clock", "it answers, and does not say what time it has")
    if skew > MOST_SKEW_S:
        words = f"this machine's clock is {skew:.0f} s off from its clock; signatures are refused from 300 s on"
        return fault(system, words, "switch on time synchronisation (NTP) on this machine")
    return well(system, f"it answers, and its clock and ours agree within {MOST_SKEW_S} s")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
