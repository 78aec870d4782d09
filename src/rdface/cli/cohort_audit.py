"""``rdface cohort audit``: what to look at again in a cohort, and what follows from it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.curation.quality.person_threshold import PersonThreshold

_OF_DECISIONS = frozenset({"folder", "out", "decisions", "new_version"})
"""Parameters that count where a cohort is written by decisions."""


@click.command()
@click.argument("folder", metavar="COHORT")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="New private folder for findings.csv, decisions.csv, audit.json and review.html; with"
    " --decisions, the new cohort.",
)
@click.option(
    "--decisions",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A decisions.csv that a reviewer has filled: write the cohort that follows from it.",
)
@click.option(
    "--new-version", help="Version of that cohort; by default the old one with `-audited`."
)
@click.option(
    "--identity",
    default="sface",
    show_default=True,
    help="Says whose face it is: a face-recognition network, such as sface or facenet.",
)
@click.option("--detector", default="yunet", show_default=True)
@click.option(
    "--person-share",
    type=click.FloatRange(min=0, max=1, min_open=True, max_open=True),
    default=1e-4,
    show_default=True,
    help="Share of pairs of different patients that may be shown as one person.",
)
@click.option(
    "--calibrate-on",
    help="A cohort of other patients, whose ids are trusted, that gives that threshold.",
)
@click.option("--text/--no-text", default=True, show_default=True, help="Look for text.")
@click.option("--pictures/--no-pictures", default=True, show_default=True, help="On the page.")
@click.option("--strict", is_flag=True, help="Exit code 1 if there is any finding.")
@click.option("--json", "as_json", is_flag=True, help="Print audit.json.")
def audit(
    folder: str,
    out: Path,
    decisions: Path | None,
    new_version: str | None,
    identity: str,
    detector: str,
    person_share: float,
    calibrate_on: str | None,
    text: bool,
    pictures: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Find what to look at again in COHORT: copies, doubtful people, faces, rows and text.

    Nothing of the cohort is changed, and no picture is left out: a person decides, in
    decisions.csv. The page holds the pictures and stays in the private folder.
    """
    from rdface.cli.ignored import refuse_options
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError

    if new_version is not None and decisions is None:
        raise UsageError("--new-version is of the cohort that --decisions writes.")
    cohort = load_cohort(folder)
    if decisions is not None:
        searching = {each.name or "" for each in click.get_current_context().command.params}
        refuse_options(
            searching - _OF_DECISIONS, "not with --decisions, which looks for nothing anew"
        )
        _apply(cohort, decisions, out, new_version)
        return
    import json

    from rdface.cohort.adapters.folder import check_new, new_folder
    from rdface.curation.quality import Thresholds, audit_cohort, write_audit
    from rdface.files import write_text
    from rdface.pages.cohort_audit import PAGE_FILE, write_review_page

    check_new(out, outside=cohort.root)
    person = _person(cohort, identity, detector, person_share, calibrate_on)
    found = audit_cohort(
        cohort,
        person=person,
        thresholds=Thresholds(person_share=person_share),
        identity=identity,
        detector=detector,
        texts=text,
    )
    with new_folder(out, outside=cohort.root) as part:
        write_text(part / ".gitignore", "*\n")  # patients' pictures belong in no repository
        write_audit(found, part)
        write_review_page(found, part, pictures=pictures)
    if as_json:
        click.echo(json.dumps(found.summary, indent=2, ensure_ascii=False))
    else:
        for name, count in found.summary["findings"].items():
            click.echo(f"{name:18}{count:6}")
        for note in found.summary["notes"]:
            click.echo(note)
        click.echo(f"{len(found.findings)} finding(s): {out / PAGE_FILE}")
    if pictures and not cohort.info.simulated:
        click.echo(
            f"{out / PAGE_FILE} holds photographs of patients: keep it where it is, and share it"
            " with nobody who may not see them.",
            err=True,
        )
    if strict and found.findings:
        sys.exit(1)


def _person(
    cohort: Cohort, identity: str, detector: str, share: float, calibrate_on: str | None
) -> PersonThreshold:
    from rdface.curation.quality import person_threshold as thresholds

    if calibrate_on is None:
        return thresholds.shipped_threshold(identity, share)
    from rdface.backbones import embed_cohort
    from rdface.backbones.recognition import need_recognition
    from rdface.cohort import load_cohort
    from rdface.faces import locate_faces

    need_recognition(identity)
    other = load_cohort(calibrate_on)
    thresholds.check_apart(cohort, other)
    faces = locate_faces(other, detector)
    known = (faces.frame["status"] != "none").to_numpy(bool)
    return thresholds.calibrated_threshold(
        embed_cohort(other, identity, faces)[known],
        other.images["patient_id"].to_numpy(object)[known],
        share,
        f"{other.info.name} {other.info.version}",
    )


def _apply(cohort: Cohort, path: Path, out: Path, new_version: str | None) -> None:
    from rdface.curation.quality import apply_decisions, read_decisions

    version = new_version or f"{cohort.info.version}-audited"
    chosen = read_decisions(path, cohort)
    written, done = apply_decisions(cohort, chosen, out, new_version=version)
    click.echo(
        f"{out}: {len(written)} images, {done['dropped']} dropped, {done['merged']} patient ids"
        f" merged into others, version {version}, sha256 {written.sha256}"
    )
