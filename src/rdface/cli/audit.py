"""``rdface audit``: is a pool real, varied, true to its conditions, and its own?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.screening.audit import Audit

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("pool")
@click.option("--real", required=True, help="The cohort that the pool was made from.")
@click.option(
    "--controls",
    help="Unaffected children who taught, too; by default the cohort that the pool names.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for audit.json, audit.parquet and audit.html.",
)
@click.option(
    "--backbones",
    default="efficientnet_lite0,sface",
    show_default=True,
    help="Whose embeddings judge realism and diversity, joined by commas.",
)
@click.option(
    "--identity",
    default="sface",
    show_default=True,
    help="Says whose face it is: a face-recognition network, such as sface or facenet.",
)
@click.option(
    "--perceptual",
    type=click.Choice(["perceptual", "lpips", "none"]),
    default="perceptual",
    show_default=True,
    help="Distance that judges variety; `perceptual` is on EfficientNet-Lite0 and not LPIPS.",
)
@click.option("--detector", default="yunet", show_default=True)
@click.option(
    "--false-alarms",
    type=click.FloatRange(min=0, max=1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help="Share of real people, and of mixtures, that may be called copies.",
)
@click.option("--reference", type=_FILE, help="Table of unaffected people, for z-scores.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--show-pairs/--hide-pairs",
    default=None,
    help="Real faces go on the page if, and only if, they are simulated; this overrides it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print audit.json.")
def audit(
    pool: str,
    real: str,
    controls: str | None,
    out: Path,
    backbones: str,
    identity: str,
    perceptual: str,
    detector: str,
    false_alarms: float,
    reference: Path | None,
    seed: int,
    show_pairs: bool | None,
    as_json: bool,
) -> None:
    """Audit POOL, a folder of synthetic faces, against the cohort that it was made from.

    Realism, diversity, fidelity to the conditions, and memorisation, each with its interval and
    with the value that real faces have. Held out are the cohort's patients whom no training image
    of the pool shows. For research use.
    """
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError
    from rdface.faces.norms_table import read_reference, shipped_reference
    from rdface.pages.audit import write_audit_page
    from rdface.screening.audit import (
        Settings,
        audit_pool,
        take_controls,
        take_sides,
        write_audit,
    )

    names = tuple(dict.fromkeys(filter(None, (name.strip() for name in backbones.split(",")))))
    if not names:
        raise UsageError("--backbones names no backbone.")
    cohort = load_cohort(real)
    made = load_cohort(pool)
    unaffected = take_controls(made, load_cohort(controls) if controls else None)
    sides = take_sides(made, cohort, unaffected)
    _writable(out)
    norms = None
    if reference is not None:
        norms = read_reference(reference)
    elif cohort.info.simulated:
        norms = shipped_reference()
    settings = Settings(names, identity, detector, norms, false_alarms, seed, perceptual)
    audited = audit_pool(sides, settings)
    write_audit(audited, out)
    page = write_audit_page(audited, out, show_pairs=show_pairs)
    if as_json:
        click.echo(audited.record.model_dump_json(indent=2))
    else:
        _print(audited.record)
    click.echo(page, err=True)


def _writable(out: Path) -> None:
    """Make the folder and write to it, before minutes of work and not after them."""
    from tempfile import TemporaryFile

    out.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=out):
        pass


def _print(record: Audit) -> None:
    """The gist, for people at a terminal."""
    from rdface.cli.tables import print_table
    from rdface.pages.audit_words import (
        diversity_rows,
        fidelity_rows,
        memory_rows,
        realism_rows,
        said_of_controls,
        said_of_copies,
    )

    for note in record.notes:
        click.echo(note)
    for title, (header, rows) in (
        ("Realism, beside real against real at equal n", realism_rows(record)),
        ("Diversity at equal n", diversity_rows(record)),
        ("Phenotype fidelity", fidelity_rows(record)),
        ("Memorisation", memory_rows(record)),
    ):
        click.secho(title, bold=True)
        print_table(header, rows)
    click.echo(said_of_copies(record))
    if record.control_copies is not None:
        click.echo(said_of_controls(record.control_copies))
