"""``rdface cohort check``, ``show`` and ``list``."""

from __future__ import annotations

import sys

import click


@click.command()
@click.argument("folder")
def check(folder: str) -> None:
    """Name everything that is wrong with the cohort FOLDER; exit code 1 if there is anything.

    Metadata in its pictures, terms that forbid any use, keys of cohort.yaml that look mistyped and
    pictures that stand there twice are noted; they are no fault of the form.
    """
    from rdface.cohort.check import examine, repeated_pictures
    from rdface.cohort.mistyped import doubtful_keys
    from rdface.cohort.read import find_cohort
    from rdface.cohort.strip import carried_metadata
    from rdface.cohort.terms import find_faults

    cohort, problems = examine(find_cohort(folder))
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"{folder}: {len(problems)} problem(s)", err=True)
        sys.exit(1)
    click.echo(f"{folder}: sound")
    if cohort is None:
        return
    for fault in find_faults(cohort, "use"):
        click.echo(f"Note: may not be used: {fault}", err=True)
    for note in (*doubtful_keys(cohort.info), *_first_ten(repeated_pictures(cohort.images))):
        click.echo(f"Note: {note}", err=True)
    carried = carried_metadata(cohort)
    if carried:
        shown = ", ".join(f"{kind} in {count}" for kind, count in carried.items())
        click.echo(
            f"Note: pictures carry metadata ({shown}). `rdface cohort strip` takes it out.",
            err=True,
        )


def _first_ten(notes: list[str]) -> list[str]:
    return notes[:10] + [f"and {len(notes) - 10} more pictures twice."] * (len(notes) > 10)


@click.command()
@click.argument("folder")
def show(folder: str) -> None:
    """Describe the cohort FOLDER in numbers."""
    from rdface.cohort import country_name, describe_cohort, load_cohort
    from rdface.cohort.terms import named

    loaded = load_cohort(folder)
    summary = describe_cohort(loaded)
    info = loaded.info

    def shares(counts: dict[str, int]) -> str:
        return ", ".join(f"{name or 'not known'} {n}" for name, n in counts.items())

    countries = [code for code in summary.country if code]
    most = ", ".join(f"{country_name(code)} {summary.country[code]}" for code in countries[:5])
    per_condition = list(summary.images_per_condition.values())
    lines = {
        "name": f"{info.name} {info.version}{' (simulated)' if info.simulated else ''}",
        "title": info.title,
        "licence": info.licence,
        "data use": ", ".join(named(code) for code in info.data_use),
        "forbidden": ", ".join(info.forbids),
        "permitted use": info.permitted_use,
        "consent until": info.consent_expires,
        "images": str(summary.n_images)
        + (f", {summary.n_synthetic} of them synthetic" if summary.n_synthetic else ""),
        "patients": f"{summary.n_patients} ("
        + ", ".join(f"{k} with {n} image(s)" for n, k in summary.images_per_patient.items())
        + ")"
        + (f"; {info.unknown_patients}" if info.unknown_patients else ""),
        "conditions": f"{summary.n_conditions}, "
        f"{per_condition[-1]} to {per_condition[0]} images each",
        "sex (patients)": shares(summary.sex),
        "ancestry": shares(summary.ancestry),
        "age (images)": f"mean {summary.mean_age:.2f} years, {min(summary.ages):.1f} to "
        f"{max(summary.ages):.1f}"
        if summary.ages
        else "",
        "countries": f"{len(countries)}; most: {most}" if countries else "",
        "HPO release": info.hpo_release,
        "sha256": loaded.sha256,
    }
    for name, text in lines.items():
        if text:
            click.echo(f"{name:16}{text}")


@click.command(name="list")
def list_() -> None:
    """List the cohorts that are shipped with rdface."""
    from rdface.cohort import shipped_cohorts

    for name in shipped_cohorts():
        click.echo(name)
