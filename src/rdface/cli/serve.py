"""``rdface serve``: the explorer in a browser."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from rdface.cli.explorer_database import database_option

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.option("--cohort", default="sim103", show_default=True, help="Folder or name.")
@click.option("--runs", type=_FOLDER, help="Folder of runs.")
@click.option("--pool", "pools", type=_FOLDER, multiple=True, help="Pool of synthetic faces.")
@click.option("--reports", type=_FOLDER, multiple=True, help="Reports of `rdface describe`.")
@click.option(
    "--reference",
    type=_FILE,
    help="Table of unaffected people; else the shipped one, for simulated cohorts only.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8103, show_default=True)
@click.option("--name", "names", multiple=True, help="A name that browsers ask for it by.")
@click.option("--tls-cert", type=_FILE, help="Certificate (PEM), its chain included.")
@click.option("--tls-key", type=_FILE, help="Its private key (PEM).")
@click.option(
    "--behind-proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="A proxy that speaks HTTPS for it; its word on who asks is taken.",
)
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="RDFACE_SECRET_FILE",
    help="Signs the cookies; made where it is missing. [default: beside the database]",
)
@database_option
def serve(
    cohort: str,
    runs: Path | None,
    pools: tuple[Path, ...],
    reports: tuple[Path, ...],
    reference: Path | None,
    host: str,
    port: int,
    names: tuple[str, ...],
    tls_cert: Path | None,
    tls_key: Path | None,
    proxies: tuple[str, ...],
    secret_file: Path | None,
    database: str,
) -> None:
    """Explore a cohort, its runs and pools in a browser. For research use, not a diagnosis.

    Everything is served by this machine; nothing is sent anywhere. Others reach it only with
    accounts (`rdface users add`) and HTTPS.
    """
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together.")
    import uvicorn

    from rdface.web.access.header_limit import HeaderLimit
    from rdface.web.access.locks import proxy_networks
    from rdface.web.app import create_app
    from rdface.web.readiness import get_ready
    from rdface.web.settings import Settings

    settings = Settings(
        cohort=cohort,
        runs=runs,
        pools=pools,
        reports=reports,
        reference=reference,
        database=database,
        database_said=click.get_current_context().get_parameter_source("database")
        is not ParameterSource.DEFAULT,
        secret_file=secret_file,
        host=host,
        port=port,
        names=names,
        https=bool(tls_cert or proxies),
        proxies=proxies,
    )
    app = create_app(settings)
    get_ready(app.state.holdings)
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=HeaderLimit,
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=",".join(proxy_networks(proxies)),
        access_log=False,  # ids of images do not belong there; the audit log has them
        server_header=False,
        limit_concurrency=256,
    )
