"""What ``rdface phenotype truth`` says: scores of terms, calibration, ranks of conditions."""

from __future__ import annotations

from typing import Any

import click

Scores = dict[str, Any]


def print_truth(found: dict[str, Any], *, by_term: bool) -> None:
    """The gist, for people at a terminal."""
    from rdface.cli.tables import print_table

    click.echo(f"{found['reports']} of {found['images']} pictures have a report.")
    header = ["terms", "precision", "recall", "F1", "recall of all", "F1 of all", "said",
              "recorded"]  # fmt: skip
    rows = [_row("micro", found["micro"]), _row("macro", found["macro"])]
    rows += [_row(name, one) for name, one in found["by_region"].items()]
    if by_term:
        rows += [_row(f"{term} {one['label']}", one) for term, one in found["by_term"].items()]
    print_table(header, rows)
    click.echo("")
    ranks = [
        [k, *(_number(found[way][k]) for way in ("top_k", "named")), f"{by_chance:.3f}"]
        for k, by_chance in found["by_chance"].items()
    ]
    print_table(
        ["recorded condition among the first", "by the terms", "by the names", "chance"], ranks
    )
    click.echo("For research; nothing here is a diagnosis.")


def _row(name: str, scores: Scores) -> list[str]:
    wanted = ("precision", "recall", "f1", "recall_of_all", "f1_of_all")
    counts = [f"{scores['said']:.0f}", f"{scores['recorded']:.0f}"]
    return [name, *(_number(scores[one]) for one in wanted), *counts]


def _number(number: Scores | None) -> str:
    if number is None:
        return "none"
    value, low, high = (number[key] for key in ("value", "low", "high"))
    if value is None:
        return "none"
    ends = "" if low is None or high is None else f" [{low:.3f}, {high:.3f}]"
    return f"{value:.3f}{ends}"
