"""Each setting of a gallery: who was searched among whom, a figure and a table of all runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rdface.bench.gallery import Setting
from rdface.bench.gallery.measure import name_of
from rdface.metrics.measures import TOP_K
from rdface.pages.evidence import metric, run_name
from rdface.pages.figures.frame import percent_ticks
from rdface.pages.figures.interval import Point, Row, intervals
from rdface.pages.figures.palette import BLUE, GREY, inks
from rdface.pages.gallery_evidence import GalleryEvidence
from rdface.pages.sections.leaderboard import TableRow, plain, table_row
from rdface.pages.wording import interval, points

RARE_IN_ALL = Setting("rare", "all")
RARE_IN_RARE = Setting("rare", "rare")
FREQUENT_IN_FREQUENT = Setting("frequent", "frequent")
SETTINGS = {
    RARE_IN_ALL: "The honest question about a rare condition: nobody knows beforehand that it is"
    " one, so its patients are searched among everything on file.",
    RARE_IN_RARE: "The same patients, but only rare conditions are on file, as if it were known"
    " that the answer is rare.",
    FREQUENT_IN_FREQUENT: "Recognition of conditions that the metric was trained on, in other"
    " patients.",
    Setting("frequent", "all"): "What filing the rare conditions costs the frequent ones.",
    Setting("all", "all"): "All patients among everything on file.",
}
"""Settings to what they ask, in the order of the page: what a gallery is for comes first."""
EASIER = (RARE_IN_RARE, FREQUENT_IN_FREQUENT)
"""Settings whose numbers flatter a gallery."""
DRAWN = "top10_macro"
COLUMNS = tuple(
    f"{name}_{kind}" for kind in ("macro", "micro") for name in (*(f"top{k}" for k in TOP_K), "mrr")
)


@dataclass(frozen=True)
class SettingSection:
    """What was found in one setting.

    Attributes:
        name: ``rare in all``.
        asks: What it asks.
        easier: Whether its numbers flatter a gallery.
        n_images: Probes.
        n_patients: Their patients; None where the cohort does not name them.
        n_searched: Their conditions.
        n_filed: Conditions in the gallery.
        figure: Macro top-10 of every run.
        rows: One a run; cells in the order of :data:`COLUMNS`.
        chance: In the same order.
    """

    name: str
    asks: str
    easier: bool
    n_images: int
    n_patients: int | None
    n_searched: int
    n_filed: int
    figure: Markup
    rows: tuple[TableRow, ...]
    chance: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """All settings, and the best run through them.

    Attributes:
        overview: Macro top-10 of the best run in each setting.
        sections: In the order of :data:`SETTINGS`.
        colours: Backbone to the colour of its points.
    """

    overview: Markup
    sections: tuple[SettingSection, ...]
    colours: dict[str, str]


def title_of(setting: Setting) -> str:
    """``rare in all``."""
    return str(setting).replace("-", " ")


def draw_settings(evidence: GalleryEvidence) -> Settings:
    """Figures share one axis, so that settings can be held against each other."""
    colours = {name: ink.colour for name, ink in inks(evidence.by_backbone).items()}
    highest = max(
        found.high
        for run in evidence.runs
        for setting in SETTINGS
        for found in [run.result.metrics[name_of(setting, DRAWN)]]
    )
    top = min(100, 20 * int(np.ceil(100 * highest / 20)))
    return Settings(
        intervals(
            [
                Row(title_of(setting), _points(evidence, place=0, setting=setting, top=top))
                for setting in SETTINGS
            ],
            label=f"Macro top-10 of {run_name(evidence.best)} in every setting, with chance; the"
            " numbers are in the tables below",
            ticks=percent_ticks(top=top),
            title="Top-10, mean over conditions, %",
        ),
        tuple(_section(evidence, setting, colours, top) for setting in SETTINGS),
        colours,
    )


def _section(
    evidence: GalleryEvidence, setting: Setting, colours: dict[str, str], top: int
) -> SettingSection:
    part = evidence.searched.settings[setting]
    result = evidence.best.result
    within = name_of(setting, "")
    return SettingSection(
        name=title_of(setting),
        asks=SETTINGS[setting],
        easier=setting in EASIER,
        n_images=len(set(part.image_ids)),
        n_patients=None if result.cohort.unknown_patients else len(set(part.patient_ids)),
        n_searched=len(set(part.truth)),
        n_filed=int(np.isfinite(part.scores).any(axis=0).sum()),
        figure=intervals(
            [
                Row(
                    run.result.backbone,
                    _points(
                        evidence,
                        place=place,
                        setting=setting,
                        top=top,
                        colour=colours[run.result.backbone],
                    ),
                    note=run.result.learner,
                    strong=place == 0,
                )
                for place, run in enumerate(evidence.runs)
            ],
            label=f"Macro top-10 of every run, {title_of(setting)}, with 95 % intervals and"
            " chance; the numbers are in the table below",
            ticks=percent_ticks(top=top),
            title="Top-10, mean over conditions, %",
        ),
        rows=tuple(
            table_row(place, run, COLUMNS, within=within)
            for place, run in enumerate(evidence.runs, start=1)
        ),
        chance=tuple(plain(name, result.chance[f"{within}{name}"]) for name in COLUMNS),
    )


def _points(
    evidence: GalleryEvidence, *, place: int, setting: Setting, top: int, colour: str = BLUE
) -> list[Point]:
    run, name = evidence.runs[place], name_of(setting, DRAWN)
    found, chance = metric(run, name), run.result.chance[name]
    by_chance = Point(
        100 * chance / top, None, None, GREY, hollow=True, title=f"chance: {points(chance)} %"
    )
    if found is None:
        return [by_chance]
    return [
        by_chance,
        Point(
            100 * found.value / top,
            100 * found.low / top,
            100 * found.high / top,
            colour,
            title=f"{points(found.value)} % ({interval(found.low, found.high)})",
        ),
    ]
