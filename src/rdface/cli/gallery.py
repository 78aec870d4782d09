"""``rdface gallery``: file known cases, let new ones join, find the most similar to a picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.learners.gallery.cases import Gallery, GalleryManifest, Joined, Match, Probe

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def gallery() -> None:
    """File known cases and find the most similar ones to a picture. Research use only.

    A gallery holds embeddings of faces, which are biometric data: guard it as the pictures.
    """


@gallery.command()
@click.argument("cohort")
@click.option("--out", type=_FOLDER, required=True, help="A folder that is not there yet.")
@click.option("--backbone", default="sface", show_default=True)
@click.option("--metric", default="cosine", show_default=True, help="`rdface pieces` lists them.")
@click.option("--detector", default="yunet", show_default=True)
@click.option(
    "--frequent-from",
    type=click.IntRange(min=2),
    default=4,
    show_default=True,
    help="Conditions with so many patients or more train the metric.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
def make(
    cohort: str,
    out: Path,
    backbone: str,
    metric: str,
    detector: str,
    frequent_from: int,
    seed: int,
) -> None:
    """File all images of COHORT; a metric is learnt on its frequent conditions, if asked."""
    from rdface.cohort import load_cohort
    from rdface.learners.gallery.cases import make_gallery

    made, joined = make_gallery(
        load_cohort(cohort),
        out,
        backbone=backbone,
        metric=metric,
        detector=detector,
        frequent_from=frequent_from,
        seed=seed,
    )
    _say_joined(joined)
    _describe(made)


@gallery.command()
@click.argument("embeddings", type=_FOLDER)
@click.option("--out", type=_FOLDER, required=True, help="Runs are made below it.")
@click.option("--metric", "metrics", multiple=True, default=["cosine"], show_default=True)
@click.option(
    "--patients-per-condition",
    type=click.IntRange(min=1),
    help="Search so many patients of each condition at most.  [default: all]",
)
@click.option("--frequent-from", type=click.IntRange(min=3), default=4, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--fresh", is_flag=True, help="Throw away the runs that lie there.")
def evaluate(
    embeddings: Path,
    out: Path,
    metrics: tuple[str, ...],
    patients_per_condition: int | None,
    frequent_from: int,
    seed: int,
    fresh: bool,
) -> None:
    """Search patients in all of EMBEDDINGS but their own; `rdface embed` makes the folder.

    However many there are, some 16 MB of embeddings are in memory at a time.
    """
    from rdface.backbones.stored import read_embeddings
    from rdface.bench.gallery.spec import MetricSpec
    from rdface.bench.gallery.streamed_folder import evaluate_embeddings
    from rdface.cli.gallery_runs import show_gallery_runs

    specs = tuple(MetricSpec(name=name) for name in dict.fromkeys(metrics))
    runs = evaluate_embeddings(
        read_embeddings(embeddings),
        out,
        specs,
        seed=seed,
        patients_per_condition=patients_per_condition,
        frequent_from=frequent_from,
        fresh=fresh,
    )
    show_gallery_runs(runs)


@gallery.command()
@click.argument("folder", type=_FOLDER)
@click.argument("cohort")
def add(folder: Path, cohort: str) -> None:
    """Let the images of COHORT join the gallery FOLDER; nothing is trained."""
    from rdface.cohort import load_cohort
    from rdface.learners.gallery.cases import add_cohort, read_gallery

    _say_joined(add_cohort(folder, load_cohort(cohort)))
    _describe(read_gallery(folder))


@gallery.command()
@click.argument("folder", type=_FOLDER)
def show(folder: Path) -> None:
    """Describe the gallery FOLDER, after checking every file of it."""
    from rdface.learners.gallery.cases import read_gallery

    found = read_gallery(folder)
    _ = found.vectors, found.projection
    _describe(found)


@gallery.command()
@click.argument("folder", type=_FOLDER)
def index(folder: Path) -> None:
    """Build the approximate index of a large gallery FOLDER (extra `gallery`)."""
    from rdface.learners.gallery.cases import build_index

    built = build_index(folder)
    click.echo(f"{built.settings}: {built.n_cases} cases in {built.seconds:.1f} s")


@gallery.command()
@click.argument("folder", type=_FOLDER)
@click.argument("image", type=click.Path(path_type=Path))
@click.option("--top", type=click.IntRange(min=1), default=30, show_default=True)
@click.option(
    "--cases", type=click.IntRange(min=1), default=3, show_default=True, help="Of each condition."
)
@click.option("--exact", is_flag=True, help="Compare with every case, with or without an index.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def search(
    folder: Path, image: Path, top: int, cases: int, exact: bool, as_json: bool, as_csv: bool
) -> None:
    """Rank the conditions of the gallery FOLDER by their most similar case to the face in IMAGE.

    The very same picture, if it is in the gallery, does not answer. A cosine is no probability,
    and a rank no finding about any person: see docs/gallery.md for how often it is wrong.
    """
    from rdface.errors import UsageError
    from rdface.learners.gallery.cases import embed_picture, match_vectors, read_gallery
    from rdface.learners.gallery.cases.index import choose_search

    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other.")
    found = read_gallery(folder)
    probe = embed_picture(image, found.manifest)
    how, engine = choose_search(found, exact_only=exact)
    matches = match_vectors(
        found, probe.embedding, top=top, cases=cases, leave_out=probe.sha256, search=how
    )
    _say_caveats(found, probe, engine)
    if as_json:
        click.echo(json.dumps(_plain(found, probe, engine, matches), indent=2, ensure_ascii=False))
    elif as_csv:
        _print_csv(matches)
    else:
        _print(matches)


def _print(matches: list[Match]) -> None:
    from rdface.cli.tables import print_table

    rows = [
        [
            str(match.rank),
            match.condition,
            match.name,
            f"{match.cosine:.3f}",
            ", ".join(f"{case.image_id} ({case.cosine:.3f})" for case in match.cases),
            f"{match.filed_cases} / {match.filed_patients}",
        ]
        for match in matches
    ]
    header = ["rank", "condition", "name", "cosine", "most similar cases", "cases / patients"]
    print_table(header, rows)


def _print_csv(matches: list[Match]) -> None:
    import csv
    import sys

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        ["rank", "condition", "name", "case_rank", "cohort", "image_id", "patient_id", "cosine"]
    )
    for match in matches:
        for case in match.cases:
            about = [match.rank, match.condition, match.name, case.rank, case.cohort]
            writer.writerow([*about, case.image_id, case.patient_id, f"{case.cosine:.6f}"])


def _plain(found: Gallery, probe: Probe, engine: str, matches: list[Match]) -> dict[str, object]:
    from dataclasses import asdict

    manifest = found.manifest
    return {
        "notice": manifest.notice,
        "simulated": manifest.simulated,
        "image": {"path": str(probe.path), "sha256": probe.sha256, "faces": probe.faces},
        "backbone": manifest.backbone,
        "metric": manifest.metric.name,
        "search": engine,
        "cases": manifest.n_cases,
        "conditions": [asdict(match) for match in matches],
    }


def _say_caveats(found: Gallery, probe: Probe, engine: str) -> None:
    click.echo(found.manifest.notice, err=True)
    if found.manifest.simulated:
        click.echo(_simulated(found.manifest), err=True)
    if probe.faces == 0:
        click.secho("No face was found: the whole picture is compared.", fg="yellow", err=True)
    elif probe.faces > 1:
        click.secho(
            f"{probe.faces} faces were found; the largest one is compared.", fg="yellow", err=True
        )
    same = found.cases[found.cases["sha256"] == probe.sha256]
    if len(same):
        ids = ", ".join(same["image_id"])
        click.secho(f"This very picture is case {ids}; it does not answer.", fg="yellow", err=True)
    click.echo(f"{engine} search among {found.manifest.n_cases} cases", err=True)


def _say_joined(joined: Joined) -> None:
    click.echo(f"{joined.cases} cases joined", err=True)
    if joined.known:
        click.echo(f"{joined.known} were there already, by their SHA-256", err=True)
    if joined.synthetic:
        click.echo(f"{joined.synthetic} synthetic images were left out", err=True)
    if joined.without_face:
        names = ", ".join(joined.without_face[:10])
        click.echo(f"no face, so the whole picture joined: {names}", err=True)


def _describe(found: Gallery) -> None:
    manifest, table = found.manifest, found.cases
    conditions = set(table["condition"])
    trained = set(manifest.metric.conditions)
    chosen = ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in manifest.metric.chosen.items()
    )
    patients = len(table[["cohort", "patient_id"]].drop_duplicates())
    lines = {
        "cases": f"{len(table)} of {patients} patients, {len(conditions)} conditions",
        "cohorts": "; ".join(
            f"{each.name} {each.version} ({each.cases} cases, {each.licence}"
            f"{', ' + ' '.join(each.data_use) if each.data_use else ''})"
            for each in manifest.cohorts
        ),
        "backbone": f"{manifest.backbone} ({manifest.fingerprint[:16]})",
        "metric": manifest.metric.name + (f" ({chosen})" if chosen else ""),
        "trained by": f"{len(trained)} conditions; the other {len(conditions - trained)} joined"
        " without training"
        if trained
        else "nobody",
        "vectors": f"{manifest.dim} numbers a case",
    }
    for name, text in lines.items():
        click.echo(f"{name:12}{text}")
    if manifest.simulated:
        click.echo(_simulated(manifest))
    click.echo(manifest.notice)


def _simulated(manifest: GalleryManifest) -> str:
    names = ", ".join(dict.fromkeys(each.name for each in manifest.cohorts if each.simulated))
    return f"SIMULATED faces: no picture of {names} shows a person."
