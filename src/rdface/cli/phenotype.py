"""``rdface phenotype``: what reports have in common, and reports for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.phenotype.described import Described
    from rdface.phenotype.judging import Terms
    from rdface.phenotype.ranking import Method
    from rdface.phenotype.similarity.record import Similarity

_REPORTS = click.Path(path_type=Path, file_okay=False)
_OUT = click.Path(path_type=Path, file_okay=False)


@click.group()
def phenotype() -> None:
    """Judge and compare reports in words, and write them for other programs. Research use.

    Nothing here is a diagnosis. `rdface describe` writes the reports.
    """


@phenotype.command()
@click.argument("real", type=_REPORTS)
@click.argument("synthetic", type=_REPORTS, required=False)
@click.option("--cohort", help="Cohort of REAL; else the one that its about.json names.")
@click.option("--pool", help="Pool of SYNTHETIC, made from that cohort.")
@click.option(
    "--measure",
    "measures",
    multiple=True,
    help="tfidf, lin, resnik, or sentence: with minilm, a folder or a name on a hub."
    " By default tfidf, sentence:minilm, lin and resnik.",
)
@click.option("--out", type=_OUT, required=True, help="Folder for json, csv and the page.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--resamples", type=click.IntRange(min=100), default=1000, show_default=True)
@click.option(
    "--show-pictures/--hide-pictures",
    default=None,
    help="Pictures go on the page if, and only if, all are simulated; this overrides it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print similarity.json.")
def similarity(
    real: Path,
    synthetic: Path | None,
    cohort: str | None,
    pool: str | None,
    measures: tuple[str, ...],
    out: Path,
    seed: int,
    resamples: int,
    show_pictures: bool | None,
    as_json: bool,
) -> None:
    """How alike the reports REAL are within conditions, and with those of a pool, SYNTHETIC.

    Always beside two nulls: another patient of the same condition, and another condition matched
    for sex and age. Pairs that share a patient stand apart. A similarity says nothing by itself.
    """
    from rdface.errors import UsageError
    from rdface.pages.phenotype import write_phenotype_page
    from rdface.phenotype.parents import check_made_from
    from rdface.phenotype.similarity import DEFAULT_MEASURES
    from rdface.phenotype.similarity.comparing import compare_reports
    from rdface.phenotype.similarity.record import write_similarity

    if (synthetic is None) != (pool is None):
        raise UsageError(
            "Synthetic reports and --pool belong together: one is missing.",
            hint="rdface phenotype similarity REAL SYNTHETIC --cohort COHORT --pool POOL --out DIR",
        )
    ours = _described(real, cohort, "--cohort")
    theirs = None
    if synthetic is not None:
        theirs = _described(synthetic, pool, "--pool")
        check_made_from(theirs.cohort, ours.cohort)
    compared = compare_reports(
        ours, theirs, measures=measures or DEFAULT_MEASURES, seed=seed, n_resamples=resamples
    )
    write_similarity(compared.record, out)
    page = write_phenotype_page(compared, out, show_pictures=show_pictures)
    if as_json:
        click.echo(compared.record.model_dump_json(indent=2))
    else:
        _print(compared.record)
    click.echo(page, err=True)


@phenotype.command()
@click.argument("reports", type=_REPORTS)
@click.option("--cohort", help="Cohort of the reports; else the one that about.json names.")
@click.option("--out", type=_OUT, required=True, help="Folder; one JSON file a picture.")
def phenopackets(reports: Path, cohort: str | None, out: Path) -> None:
    """Write REPORTS as GA4GH Phenopackets, version 2.

    They hold findings, ids, sex and age as the cohort has them, and no picture. Reports that say
    nothing (refused, empty, failed) become none.
    """
    from rdface.phenotype.phenopackets import write_phenopackets

    found = _described(reports, cohort, "--cohort")
    written = write_phenopackets(found.reports, found.cohort, found.about, out)
    click.echo(f"{len(written.paths)} phenopackets in {out}")
    if written.skipped:
        click.echo(
            f"{len(written.skipped)} reports say nothing and became none: {written.skipped[0]}"
            + (", ..." if len(written.skipped) > 1 else ""),
            err=True,
        )


@phenotype.command()
@click.argument("reports", type=_REPORTS)
@click.option("--cohort", help="Cohort of the reports; else the one that about.json names.")
@click.option(
    "--terms",
    type=click.Choice(["front", "shown"]),
    default="front",
    show_default=True,
    help="Terms that a front view can tell, or all that the simulator shows.",
)
@click.option(
    "--rank",
    type=click.Choice(["likelihood", "simgic", "lin", "resnik"]),
    default="likelihood",
    show_default=True,
    help="How terms lead to conditions.",
)
@click.option("--by-term", is_flag=True, help="Print a row a term, too.")
@click.option("--out", type=_OUT, help="Folder for truth.json.")
def truth(
    reports: Path,
    cohort: str | None,
    terms: Terms,
    rank: Method,
    by_term: bool,
    out: Path | None,
) -> None:
    """How right REPORTS are: precision, recall, F1 of HPO terms; conditions they lead to.

    Simulated cohorts alone record what each picture shows. Terms that were called not assessable
    are counted apart: "of all" counts them as missed. Intervals are over patients.
    """
    from rdface.cli.phenotype_truth import print_truth
    from rdface.files import write_json
    from rdface.phenotype.judging import judge_reports

    found = judge_reports(_described(reports, cohort, "--cohort"), terms, rank)
    print_truth(found, by_term=by_term)
    if out is not None:
        write_json(out / "truth.json", found)
        click.echo(out / "truth.json", err=True)


def _described(folder: Path, cohort: str | None, option: str) -> Described:
    """Reports with their cohort: the one that is given, else a shipped one that they name."""
    from rdface.cohort import load_cohort, shipped_cohorts
    from rdface.errors import UsageError
    from rdface.phenotype.described import read_described
    from rdface.phenotype.report_files import need_reports, read_about

    need_reports(folder)
    named = (read_about(folder).get("cohort") or {}).get("name", "")
    if cohort is None and named not in shipped_cohorts():
        raise UsageError(
            f"It is not known where the cohort{f' {named}' if named else ''} lies.",
            hint=f"Name its folder by {option}.",
        )
    return read_described(folder, load_cohort(cohort or named))


def _print(record: Similarity) -> None:
    from rdface.cli.tables import print_table
    from rdface.pages.phenotype_words import control_rows, similarity_rows

    print_table(*similarity_rows(record))
    if record.controls:
        click.echo("")
        print_table(*control_rows(record))
    for note in record.notes:
        click.echo(note)
    click.echo("For research; nothing here is a diagnosis.")
