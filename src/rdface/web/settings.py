"""What an explorer shows, where it listens, and what it takes in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
        database: SQLAlchemy URL of accounts, sessions and the audit log; empty for none, which
            only an explorer on the loopback may have.
        host: Where it listens.
        port: The same.
        backbone: That finds nearest cases and tries photographs.
        detector: That finds faces.
        upload_bytes: Largest file that is taken in.
        upload_pixels: Largest picture that is decoded.
        proxies: Addresses of proxies whose word on the visitor's address and scheme is taken.
    """

    cohort: str
    runs: Path | None = None
    pools: tuple[Path, ...] = ()
    reports: tuple[Path, ...] = ()
    reference: Path | None = None
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8103
    backbone: str = "sface"
    detector: str = "yunet"
    upload_bytes: int = 10_000_000
    upload_pixels: int = 25_000_000
    proxies: tuple[str, ...] = ()
