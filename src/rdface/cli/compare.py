"""``rdface compare``: one run against another."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("run_a", type=click.Path(path_type=Path))
@click.argument("run_b", type=click.Path(path_type=Path))
def compare(run_a: Path, run_b: Path) -> None:
    """Compare the run folders RUN_A and RUN_B, which must share cohort and split.

    Differences are A minus B in percentage points, with 95 % intervals and p-values of a paired
    bootstrap over patients, Holm-corrected over the metrics; McNemar's test is of top-1.
    Two gallery runs are compared in every setting.
    """
    from rdface.bench import Run, compare_runs
    from rdface.bench.gallery import TASK as GALLERY
    from rdface.cli.tables import print_table
    from rdface.metrics import holm

    a, b = Run(run_a), Run(run_b)
    if GALLERY in (a.result.task, b.result.task):
        from rdface.cli.gallery_runs import show_gallery_comparison

        show_gallery_comparison(run_a, run_b)
        return
    (found,) = compare_runs([(a, b)])
    corrected = holm([difference.p_value for difference in found.differences.values()])
    rows = [
        [
            name,
            f"{100 * a.result.metrics[name].value:.1f}",
            f"{100 * b.result.metrics[name].value:.1f}",
            f"{100 * difference.value:+.1f}",
            f"[{100 * difference.low:+.1f}, {100 * difference.high:+.1f}]",
            f"{p_value:.3g}",
        ]
        for (name, difference), p_value in zip(found.differences.items(), corrected, strict=True)
    ]
    click.echo(f"A: {a.result.backbone}, {a.result.learner}    ({run_a})")
    click.echo(f"B: {b.result.backbone}, {b.result.learner}    ({run_b})")
    print_table(["metric", "A %", "B %", "A - B", "95 % interval", "p (Holm)"], rows)
    test = found.mcnemar
    click.echo(
        f"McNemar, top-1: right only in A {test.only_a}, only in B {test.only_b}, "
        f"exact p {test.p_value:.3g}"
    )
