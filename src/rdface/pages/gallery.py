"""The page of gallery runs: are conditions found that nothing was trained on?"""

from __future__ import annotations

from dataclasses import dataclass

from rdface.bench.gallery import GalleryComparison
from rdface.bench.gallery.leaderboard import RANKED_BY
from rdface.bench.gallery.measure import name_of
from rdface.metrics.measures import TOP_K
from rdface.pages.evidence import run_name
from rdface.pages.gallery_evidence import GalleryEvidence
from rdface.pages.sections.gallery_comparisons import (
    compare_with_cosines,
    draw_gallery_comparisons,
    verdict,
)
from rdface.pages.sections.gallery_provenance import trace_gallery
from rdface.pages.sections.gallery_published import beside_gestaltmatcher
from rdface.pages.sections.gallery_settings import (
    DRAWN,
    RARE_IN_ALL,
    RARE_IN_RARE,
    draw_settings,
)
from rdface.pages.sections.summary import Headline
from rdface.pages.templating import fill
from rdface.pages.wording import count, interval, listed, points


@dataclass(frozen=True)
class GallerySummary:
    """The head of the page, of rare conditions searched among all.

    Attributes:
        best: Name of the best run.
        headlines: Its macro top-k.
        flatters: What rare conditions alone would have said.
        learning: Whether learning a metric served the rare; empty if nothing was compared.
        against_chance: Whether any run is within reach of chance.
        picked: That the best of many looks better than it is; empty with a single run.
    """

    best: str
    headlines: tuple[Headline, ...]
    flatters: str
    learning: str
    against_chance: str
    picked: str


def render_gallery(evidence: GalleryEvidence) -> str:
    """The page as HTML text: equal runs, and an equal cohort, give equal bytes."""
    result = evidence.best.result
    comparisons = compare_with_cosines(evidence)
    settings = draw_settings(evidence)
    return fill(
        "gallery.html.j2",
        info=evidence.info,
        simulated=evidence.info is not None and evidence.info.simulated,
        result=result,
        runs=evidence.runs,
        summary=summarise_gallery(evidence, comparisons),
        settings=settings,
        everything=settings.sections[-1],
        rare=settings.sections[0],
        comparisons=draw_gallery_comparisons(comparisons),
        published=beside_gestaltmatcher(evidence),
        unsearched=evidence.unsearched,
        provenance=trace_gallery(evidence),
    )


def summarise_gallery(
    evidence: GalleryEvidence, comparisons: list[GalleryComparison]
) -> GallerySummary:
    """Say in words what the runs show."""
    result = evidence.best.result
    shown = [(k, name_of(RARE_IN_ALL, f"top{k}_macro")) for k in TOP_K]
    return GallerySummary(
        best=run_name(evidence.best),
        headlines=tuple(
            Headline(
                k,
                points(found.value),
                interval(found.low, found.high),
                points(result.chance[name]),
            )
            for k, name in shown
            for found in [result.metrics[name]]
        ),
        flatters=_flatters(evidence),
        learning=verdict(comparisons),
        against_chance=_against_chance(evidence),
        picked=_picked(evidence),
    )


def _flatters(evidence: GalleryEvidence) -> str:
    result = evidence.best.result
    alone, among = (
        f"{points(result.metrics[name].value)}\u202f% (chance {points(result.chance[name])}\u202f%)"
        for name in (name_of(RARE_IN_RARE, DRAWN), name_of(RARE_IN_ALL, DRAWN))
    )
    return (
        f"With only rare conditions on file its top-10 would be {alone} instead of {among}: the"
        " same patients, an easier question."
    )


def _against_chance(evidence: GalleryEvidence) -> str:
    near = [
        run_name(run)
        for run in evidence.runs
        if run.result.metrics[RANKED_BY].low <= run.result.chance[RANKED_BY]
    ]
    if not near:
        return "In MRR the interval of every run lies above chance."
    return f"In MRR the interval of {listed(near)} reaches down to chance."


def _picked(evidence: GalleryEvidence) -> str:
    if len(evidence.runs) == 1:
        return ""
    return (
        f"It was picked as the best of {count(len(evidence.runs), 'run')} on these very patients,"
        " so its own numbers flatter it somewhat; the intervals do not allow for that."
    )
