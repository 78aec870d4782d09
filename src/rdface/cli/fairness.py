"""``rdface fairness``: a run by sex, age band, ancestry and region."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.bench.fairness import Fairness, Finding
    from rdface.metrics.subgroups import Contrast, Group

ALL = "all"


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--by", multiple=True, help="sex, age, ancestry or region; by default all four.")
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    default=["top5_micro"],
    show_default=True,
    help="Any metric over all test images, such as mrr_macro; or all.",
)
@click.option("--crossed/--not-crossed", default=True, help="Look at pairs of groupings too.")
@click.option("--cohort", help="Folder of the cohort, if it was moved since the run.")
@click.option("--permutations", type=click.IntRange(99), default=2000, show_default=True)
@click.option("--markdown", is_flag=True, help="Print Markdown tables.")
@click.option("--csv", "in_csv", is_flag=True, help="Print one row per metric and group.")
@click.option("--json", "in_json", is_flag=True, help="Print everything as JSON.")
def fairness(
    run: Path,
    by: tuple[str, ...],
    metrics: tuple[str, ...],
    crossed: bool,
    cohort: str | None,
    permutations: int,
    markdown: bool,
    in_csv: bool,
    in_json: bool,
) -> None:
    """Judge the run folder RUN by groups of its cohort.

    Every group has its number of patients and a 95 % interval; below 20 patients only the
    interval is shown. The test deals labels anew within conditions; p-values are corrected by
    Holm over the groupings. A test that finds nothing is no proof of fairness.
    """
    from rdface.bench import Run
    from rdface.bench.fairness import fairness as judge
    from rdface.bench.fairness_tables import as_csv, as_json
    from rdface.bench.tested import tested_cohort
    from rdface.cli.unknown_patients import warn_of_unknown_patients
    from rdface.cohort import GROUPINGS
    from rdface.errors import UsageError

    if markdown + in_csv + in_json > 1:
        raise UsageError("--markdown, --csv and --json exclude each other.")
    finished = Run(run)
    found = judge(
        finished,
        tested_cohort(finished, cohort),
        by=by or GROUPINGS,
        metrics=None if ALL in metrics else metrics,
        crossed=crossed,
        n_permutations=permutations,
    )
    if in_json:
        click.echo(as_json(found))
    elif in_csv:
        click.echo(as_csv(found), nl=False)
    else:
        _show(found, markdown=markdown)
    warn_of_unknown_patients([finished])


def _show(found: Fairness, *, markdown: bool) -> None:
    from rdface.cli.tables import print_table
    from rdface.pages.wording import count

    metrics = dict.fromkeys(one.metric for one in found.findings)
    for metric in metrics:
        own = [one for one in found.findings if one.metric == metric]
        click.echo(f"{metric}, percent [95 % interval]; {found.run.result.cohort.name}")
        header = ["by", "group", "images", "patients", "conditions", metric, "minus the rest",
                  "within conditions"]  # fmt: skip
        print_table(header, [row for one in own for row in _groups(one)], markdown=markdown)
        click.echo("")
        header = ["by", "worst", "best", "gap", "if labels are dealt", "worst minus all", "p",
                  "p (Holm)"]  # fmt: skip
        print_table(header, [_verdict(one) for one in own], markdown=markdown)
        click.echo("")
    for small in found.too_small:
        click.echo(
            f"{small.by}: not judged, the smallest of {len(small.cells)} cells has"
            f" {count(small.smallest, 'patient')} (20 are asked for)."
        )
    for by in found.unknown:
        click.echo(f"{by}: not known of any image.")
    for one in found.findings:
        if one.metric == next(iter(metrics)) and one.found.n_unknown:
            click.echo(f"{one.by}: not known of {one.found.n_unknown} images.", err=True)


def _groups(finding: Finding) -> list[list[str]]:
    overall = finding.found.overall
    rows = [
        [finding.by, one.name, f"{one.n}", f"{one.n_patients}", f"{one.n_conditions}",
         _value(one), _difference(one.minus_rest), _difference(one.adjusted)]
        for one in finding.found.groups
    ]  # fmt: skip
    whole = f"{_percent(overall.value)} [{_percent(overall.low)}, {_percent(overall.high)}]"
    return [*rows, [finding.by, "all", f"{overall.n}", f"{overall.n_patients}", "", whole, "", ""]]


def _verdict(finding: Finding) -> list[str]:
    gap = finding.found.gap
    tests = ["" if p is None else f"{p:.3g}" for p in (finding.found.p_value, finding.p_value)]
    if gap is None:
        return [finding.by, "too few", "", "", "", "", *tests]
    dealt = (
        "" if gap.expected is None or gap.expected_high is None
        else f"{_percent(gap.expected)}, below {_percent(gap.expected_high)} in 95 %"
    )  # fmt: skip
    return [
        finding.by,
        gap.worst,
        gap.best,
        f"{_percent(gap.value)} [{_percent(gap.low)}, {_percent(gap.high)}]",
        dealt,
        _difference(gap.worst_minus_overall),
        *tests,
    ]


def _value(group: Group) -> str:
    if group.low is None or group.high is None:
        return "too few"
    ends = f"[{_percent(group.low)}, {_percent(group.high)}]"
    return f"too few {ends}" if group.value is None else f"{_percent(group.value)} {ends}"


def _difference(contrast: Contrast | None) -> str:
    if contrast is None:
        return ""
    low, high = (f"{100 * end:+.1f}" for end in (contrast.low, contrast.high))
    return f"{100 * contrast.value:+.1f} [{low}, {high}]"


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"
