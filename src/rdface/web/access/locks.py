"""What stands before every route."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request

from rdface.errors import UsageError
from rdface.web.access.accounts import any_accounts
from rdface.web.access.body_limit import FORM_BYTES, BodyLimit, keep_uploads_in_memory
from rdface.web.access.failures import Crashes, NotHereError, install_failures
from rdface.web.access.headers import AnswerHeaders
from rdface.web.access.hosts import OwnNames, host_names
from rdface.web.access.keys import Keys
from rdface.web.access.visits import Visits
from rdface.web.settings import Settings, is_loopback
from rdface.web.storage.database import Database
from rdface.web.storage.migrate import open_database
from rdface.web.storage.secret import read_secret, secret_file


@dataclass(frozen=True)
class Locks:
    """What routes need of them.

    Attributes:
        keys: Sign cookies and forms.
        database: Of accounts, sessions and the log; None for an explorer without.
    """

    keys: Keys
    database: Database | None


def install_locks(app: FastAPI, settings: Settings, *, needs_database: bool = True) -> None:
    """Put them before every route, the innermost first.

    Args:
        app: The explorer.
        settings: Of it.
        needs_database: Whether a database that is not there yet is made.

    Raises:
        UsageError: Others can reach the explorer, and it has no accounts or no HTTPS.
        DatabaseError: The database cannot be opened.
    """
    opened = settings.database and (needs_database or Path(settings.database).exists())
    database = open_database(settings.database) if opened else None
    check_exposure(settings, database)
    if database is None:
        keys = Keys(secrets.token_bytes(32))
    else:
        keys = Keys(read_secret(secret_file(database.url, settings.secret_file)))
    app.state.locks = Locks(keys, database)
    keep_uploads_in_memory()
    install_failures(app)
    app.add_middleware(BodyLimit, largest=settings.upload_bytes + FORM_BYTES)
    app.add_middleware(Visits, settings=settings, keys=keys, database=database)
    app.add_middleware(Crashes)
    app.add_middleware(OwnNames, names=host_names(settings))
    # For the name localhost HSTS would turn other programs' addresses into HTTPS, too.
    named = bool(settings.names) or not is_loopback(settings.host)
    app.add_middleware(AnswerHeaders, stay_with_https=settings.https and named)


def check_exposure(settings: Settings, database: Database | None) -> None:
    """Refuse to be reached from elsewhere without accounts and HTTPS.

    Raises:
        UsageError: With what is missing.
    """
    if is_loopback(settings.host) and not settings.proxies:
        return
    proxy_networks(settings.proxies)
    where = "behind a proxy" if settings.proxies else f"on {settings.host}"
    if database is None or not any_accounts(database):
        raise UsageError(
            f"The explorer does not start {where} without accounts.",
            hint="Make the first one with: rdface users add NAME --role admin",
        )
    if not settings.https:
        raise UsageError(
            f"The explorer does not start {where} without HTTPS: passwords could be read.",
            hint="Give --tls-cert and --tls-key, or --behind-proxy with the proxy's address.",
        )
    if not (set(settings.names) or host_names(settings) - {"0.0.0.0", "::"}):  # noqa: S104 - refused
        raise UsageError(
            f"The explorer does not know by which name it is asked for {where}.",
            hint="Give --name, as it stands in the browser's address.",
        )


def proxy_networks(proxies: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses and networks of proxies as the server wants them: 10.0.0.5/24 is 10.0.0.0/24.

    Raises:
        UsageError: One is no address, or is everybody's.
    """
    found = []
    for each in proxies:
        try:
            network = ipaddress.ip_network(each, strict=False)
        except ValueError:
            network = None
        if network is None or not network.prefixlen:
            raise UsageError(
                f"{each!r} is no address of a proxy: anybody could say who he is.",
                hint="Give its address or network to --behind-proxy, as 192.0.2.1 or 10.0.0.0/24.",
            )
        found.append(str(network))
    return tuple(found)


def locks_of(request: Request) -> Locks:
    """Those of the explorer that is asked."""
    locks: Locks = request.app.state.locks
    return locks


def database_of(request: Request) -> Database:
    """The explorer's database.

    Raises:
        NotHereError: It has none.
    """
    database = locks_of(request).database
    if database is None:
        raise NotHereError(
            "This explorer has no accounts and no log.", hint="Start it with --database."
        )
    return database
