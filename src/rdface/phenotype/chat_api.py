"""One question to a server with OpenAI's chat-completions API, and again where that can help.

The client is httpx2 and not the ``openai`` package, whose debug log holds whole requests, pictures
included. Nothing here logs a request, an answer or the key.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rdface.errors import UsageError

if TYPE_CHECKING:
    from httpx2 import Client, Response

log = logging.getLogger(__name__)

AGAIN: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Statuses that another try may mend."""
STOP: Final = frozenset({401, 403, 404, 405})
"""Statuses that every picture would meet."""
LARGEST: Final = 4_000_000
"""Bytes of an answer; a report has some thousand."""
LONGEST_WAIT: Final = 600.0
"""Seconds; a server that asks for more is asked again then."""
_BLOB: Final = re.compile(r"(?:data:[\w/+.-]+;base64,)?[A-Za-z0-9+/=_-]{48,}")


class NoAnswerError(Exception):
    """No usable answer came; the text says why, and holds nothing of picture or key.

    Args:
        reason: For people.
        again: Whether another try may help.
        wait: Seconds that the server asked to wait for.
    """

    def __init__(self, reason: str, *, again: bool, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.again, self.wait = reason, again, wait


@dataclass(frozen=True)
class Patience:
    """How long to wait, and how often to try.

    Attributes:
        timeout: Seconds for one try, from connecting to the last byte.
        retries: Tries after the first one.
        backoff: Seconds before the first retry, about; twice as many before each next one.
    """

    timeout: float
    retries: int
    backoff: float


def is_loopback(host: str) -> bool:
    """Whether a host is this machine beyond doubt.

    An address must be written in full; ``localhost`` must lead to nothing else. All other names
    count as another machine, wherever they lead today.
    """
    if host.lower().rstrip(".") == "localhost":
        try:
            found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
        except OSError:
            return False
        return all(is_loopback(address) for address in found)
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0]).is_loopback
    except ValueError:
        return False


def make_client(key: str, *, concurrency: int, proxies: bool) -> Client:
    """A client that follows no redirects: the key goes to the named server alone.

    Args:
        key: Empty for servers that want none.
        concurrency: Connections at a time.
        proxies: Whether the environment's proxies count; not for a server on this machine.

    Raises:
        UsageError: The extra ``phenotype`` is not installed.
    """
    try:
        import httpx2
    except ImportError as error:
        raise UsageError(
            "The describer openai needs httpx2.", hint="Install rdface[phenotype]."
        ) from error
    return httpx2.Client(
        headers={"Authorization": f"Bearer {key}"} if key else None,
        limits=httpx2.Limits(max_connections=concurrency),
        trust_env=proxies,
        follow_redirects=False,
    )


def ask(
    client: Client,
    url: str,
    body: dict[str, Any],
    patience: Patience,
    *,
    name: str,
    secret: str = "",
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:
    """Post ``body`` and return the object that comes back.

    Tries again after time-outs, broken connections, broken JSON and the statuses :data:`AGAIN`,
    with exponential back-off and jitter, and never sooner than ``Retry-After`` says.

    Args:
        client: See :func:`make_client`.
        url: In full.
        body: The request.
        patience: How long, how often.
        name: What is asked about, for the log.
        secret: Never to be repeated, whatever the server says.
        sleep: Waits.

    Raises:
        NoAnswerError: No try gave an answer.
        UsageError: The server turns everything away: key, address or model are wrong.
    """
    # Unseeded on purpose: two machines that were turned away together must not return together.
    jitter = np.random.default_rng()
    content = json.dumps(body).encode()
    for attempt in range(patience.retries + 1):
        try:
            return _once(client, url, content, patience.timeout, secret)
        except NoAnswerError as error:
            if not error.again or attempt == patience.retries:
                raise
            pause = patience.backoff * 2**attempt * float(jitter.uniform(0.5, 1.5))
            pause = min(max(pause, error.wait), LONGEST_WAIT)
            log.info("%s: %s Try %d in %.1f s.", name, error.reason, attempt + 2, pause)
            sleep(pause)
    raise AssertionError("unreachable")  # the last attempt returns or raises


def _once(client: Client, url: str, content: bytes, timeout: float, secret: str) -> dict[str, Any]:
    import httpx2

    deadline = time.monotonic() + timeout
    try:
        with client.stream(
            "POST",
            url,
            content=content,
            headers={"Content-Type": "application/json"},
            timeout=timeout,
        ) as response:
            data = bytearray()
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > LARGEST:
                    raise NoAnswerError("The answer is too large.", again=False)
                if time.monotonic() > deadline:
                    raise NoAnswerError(f"No answer within {timeout:g} s.", again=True)
    except httpx2.TimeoutException:
        raise NoAnswerError(f"No answer within {timeout:g} s.", again=True) from None
    except httpx2.TransportError as error:
        kind = type(error).__name__
        raise NoAnswerError(f"The connection failed ({kind}).", again=True) from None
    except httpx2.HTTPError as error:
        raise NoAnswerError(
            f"The answer is damaged ({type(error).__name__}).", again=True
        ) from None
    if response.status_code != 200:
        raise _refused(response, bytes(data), url, secret)
    try:
        answer = json.loads(data)
        if not isinstance(answer, dict):
            raise ValueError
    except (ValueError, RecursionError):
        raise NoAnswerError("The answer is no JSON object.", again=True) from None
    return answer


def _refused(response: Response, data: bytes, url: str, secret: str) -> Exception:
    status = response.status_code
    said = scrubbed(_message(data), secret)
    what = f"The server answered {status}{f': {said}' if said else '.'}"
    if status in STOP or 300 <= status < 400:
        return UsageError(
            f"{what} ({url})",
            hint="Check --set url=... (it ends in /v1 for most servers), --set model=... and the"
            " key in RDFACE_OPENAI_KEY or OPENAI_API_KEY.",
        )
    wait = retry_after(response.headers.get("retry-after", ""))
    return NoAnswerError(what, again=status in AGAIN or status >= 500, wait=wait)


def retry_after(value: str, now: datetime | None = None) -> float:
    """Seconds that a ``Retry-After`` header asks for: a number or a date; 0 if it is neither."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return 0.0
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    return max(0.0, seconds) if np.isfinite(seconds) else 0.0


def scrubbed(text: str, secret: str = "", longest: int = 200) -> str:
    """A server's words without key or picture, which it may repeat, and short."""
    if secret:
        text = text.replace(secret, "[key]")
    text = _BLOB.sub("[...]", text)
    text = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return text if len(text) <= longest else f"{text[:longest]} ..."


def _message(data: bytes) -> str:
    try:
        value = json.loads(data)
        for key in ("error", "message", "detail"):
            if isinstance(value, dict) and key in value:
                value = value[key]
        return value if isinstance(value, str) else ""
    except (ValueError, RecursionError):
        return ""
