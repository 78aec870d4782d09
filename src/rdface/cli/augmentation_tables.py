"""The table of ``rdface study augmentation``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.bench.augmentation import Found
    from rdface.bench.augmentation.paper_recipe import PaperRecipe, Reading
    from rdface.bench.augmentation.summary import Line


def show_augmentation(found: Found, *, markdown: bool = False) -> None:
    """Print every arm with its interval, and against real only."""
    from rdface.bench.augmentation.summary import TESTED
    from rdface.cli.tables import print_table

    for regime in dict.fromkeys(line.regime for line in found.lines):
        lines = [line for line in found.lines if line.regime == regime]
        click.echo(f"\n{_title(regime)}\n" if not markdown else f"\n### {_title(regime)}\n")
        print_table(
            [
                "model",
                "arm",
                "n a condition",
                *(f"{name.removesuffix('_micro')}, %" for name in TESTED),
                *(f"{name.removesuffix('_micro')} against real only; p" for name in TESTED),
            ],
            [
                [
                    line.model,
                    _arm(line),
                    _chosen(line),
                    *(_value(line, name) for name in TESTED),
                    *(_difference(line, name) for name in TESTED),
                ]
                for line in lines
            ],
            markdown=markdown,
        )
    most = max(found.lines, key=lambda line: line.n_images)
    click.echo(
        f"{most.n_images} test images of {most.n_patients} patients at most; n was chosen on"
        " validation, fold by fold; 95 % intervals over patients; p after Holm over all"
        " comparisons.",
        err=True,
    )
    if found.about["simulated"]:
        click.echo("All patients are simulated.", err=True)


def show_paper(recipe: PaperRecipe, readings: list[Reading], *, markdown: bool = False) -> None:
    """Print every n, as published and as we read it, and the n that each would show."""
    from rdface.bench.augmentation.paper_run import picked
    from rdface.cli.tables import print_table

    names = ("top1_micro", "top5_micro", "top10_micro")
    print_table(
        ["reading", "model", "n", *(f"{name.removesuffix('_micro')}, %" for name in names), ""],
        [
            [
                f"paper ({' '.join(recipe.flaws())})" if one.quirks else "ours",
                f"{one.backbone} {one.learner}",
                _made(one),
                *(_cell(one.values[name]) for name in names),
                _shown(one, readings, recipe, picked) if one.n else "",
            ]
            for one in readings
        ],
        markdown=markdown,
    )


def _shown(
    one: Reading,
    readings: list[Reading],
    recipe: PaperRecipe,
    picked: Callable[..., Reading],
) -> str:
    own = [
        other
        for other in readings
        if (other.quirks, other.backbone, other.learner) == (one.quirks, one.backbone, one.learner)
    ]
    on_test = one.quirks and "best-n-on-test" in recipe.quirks
    if picked(own, on_test=on_test, metric="top10_micro") != one:
        return ""
    return "shown: best top-10 on test (F9)" if on_test else "shown: best on validation"


def _made(one: Reading) -> str:
    """n, and how many of them a fold trained on where that is fewer."""
    if round(one.trained) == one.n:
        return str(one.n or "none")
    return f"{one.n}, of which {one.trained:.0f} train"


def _cell(value: tuple[float, float, float]) -> str:
    return "{:.1f} [{:.1f}, {:.1f}]".format(*(100 * each for each in value))


def _title(regime: str) -> str:
    return {"all": "All real training images", "1": "1 real image of each condition"}.get(
        regime, f"{regime} real images of each condition"
    )


def _arm(line: Line) -> str:
    parts = [line.arm, line.generator, "screened" if line.screened else ""]
    return ", ".join(part for part in parts if part)


def _chosen(line: Line) -> str:
    """The n of each fold, and how many of them pools did not have."""
    return " ".join(
        [*map(str, line.chosen), f"({line.shortfall})" if line.shortfall else ""]
    ).strip()


def _value(line: Line, name: str) -> str:
    value, low, high = (100 * each for each in line.values[name])
    return f"{value:.1f} [{low:.1f}, {high:.1f}]"


def _difference(line: Line, name: str) -> str:
    if name not in line.differences:
        return ""
    found = line.differences[name]
    value, low, high = (100 * each for each in (found.value, found.low, found.high))
    return f"{value:+.1f} [{low:+.1f}, {high:+.1f}]; {line.corrected[name]:.3g}"
