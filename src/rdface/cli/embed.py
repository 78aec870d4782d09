"""``rdface embed``: embeddings of a cohort of any size, in Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rdface.cli.engine import engine_options

if TYPE_CHECKING:
    from rdface.engines import Engine


@click.command()
@click.argument("cohort")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the embeddings; a stopped run goes on.",
)
@click.option("--backbone", default="sface", show_default=True)
@click.option("--detector", default="yunet", show_default=True)
@engine_options
def embed(cohort: str, out: Path, backbone: str, detector: str, engine: Engine) -> None:
    """Embed all pictures of COHORT, shard by shard.

    COHORT is a cohort, or a folder that `rdface cohort export parquet` or `webdataset` wrote,
    whose pictures stay in their shards. Embeddings are biometric data: guard them as the pictures.
    """
    from rdface.backbones.stored import embed_shards

    table = embed_shards(cohort, out, backbone=backbone, detector=detector, engine=engine)
    manifest = table.manifest
    found = manifest.statuses
    click.echo(f"images    {len(manifest):,} in {len(manifest.parts):,} parts")
    click.echo(f"faces     {found['one']} one, {found['several']} several, {found['none']} none")
    click.echo(
        f"backbone  {manifest.backbone} ({manifest.fingerprint[:16]}), {manifest.dim} numbers"
    )
    info = manifest.cohort
    click.echo(
        f"cohort    {info.name} {info.version} ({manifest.cohort_sha256[:16]}), {info.licence}"
    )
    if info.simulated:
        click.echo("SIMULATED faces: no picture shows a person.")
    click.echo(manifest.notice)
