"""What an explorer shows, where it listens, and what it takes in."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex


@dataclass(frozen=True)
class Settings:
    """All that one explorer has to know; made by ``rdface serve`` or a test.

    Attributes:
        cohort: Folder or name of the cohort.
        runs: Folder below which runs lie; None for none.
        pools: Folders of pools of synthetic faces.
        reports: Folders of reports in words, as ``rdface describe`` writes them.
        reference: Table of unaffected people that measures are compared with; None for the one
            that comes with rdface, which is used for simulated cohorts only.
        database: File or URL of accounts, sessions and the audit log; empty for none, which only
            an explorer on the loopback may have.
        database_said: Whether somebody chose it; one that nobody chose is not made for the sake of
            an explorer that shows simulated people to whoever sits there.
        secret_file: Where the secret lies that signs cookies; None for beside the database.
        idle_seconds: A session ends after as long without a request.
        session_seconds: A session ends after as long in any case.
        host: Where it listens.
        port: The same.
        names: Names that it answers to beside its address, as browsers say them (``Host``).
        https: Whether browsers come by HTTPS, to itself or to a proxy before it.
        backbone: That finds nearest cases and tries photographs.
        detector: That finds faces.
        upload_bytes: Largest file that is taken in.
        upload_pixels: Largest picture that is decoded.
        proxies: Addresses of proxies whose word on the visitor's address and scheme is taken.
        lot: Tells it from other explorers where the system chooses the port (0).
    """

    cohort: str
    runs: Path | None = None
    pools: tuple[Path, ...] = ()
    reports: tuple[Path, ...] = ()
    reference: Path | None = None
    database: str = ""
    database_said: bool = True
    secret_file: Path | None = None
    idle_seconds: float = 3600.0
    session_seconds: float = 12 * 3600.0
    host: str = "127.0.0.1"
    port: int = 8103
    names: tuple[str, ...] = ()
    https: bool = False
    backbone: str = "sface"
    detector: str = "yunet"
    upload_bytes: int = 10_000_000
    upload_pixels: int = 25_000_000
    proxies: tuple[str, ...] = ()
    lot: str = field(default_factory=lambda: token_hex(4))


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
