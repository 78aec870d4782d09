"""Hold the reports on a cohort, and on a pool made from it, against each other."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.metrics.matched_pairs import (
    N_RESAMPLES,
    Floats,
    Judged,
    Meeting,
    draw_units,
    judge_meetings,
    mean_of_pairs,
)
from rdface.phenotype.described import Described
from rdface.phenotype.report import Report
from rdface.phenotype.report_files import count_statuses
from rdface.phenotype.similarity.control import permute_conditions
from rdface.phenotype.similarity.measure import DEFAULT_MEASURES, make_measure, similarities
from rdface.phenotype.similarity.pairs import KINDS, Kind, Layout, lay_out
from rdface.phenotype.similarity.passages import OVERALL, PARTS, passage, passage_of
from rdface.phenotype.similarity.record import Control, Line, Number, Side, Similarity
from rdface.progress import bar


@dataclass(frozen=True, eq=False)
class Compared:
    """What a comparison found.

    Attributes:
        record: All numbers.
        layout: Who is who.
        tables: Measure to its overall similarities ``[R, R + S]``.
        real: What was compared.
        synthetic: With what, if anything.
    """

    record: Similarity
    layout: Layout
    tables: dict[str, NDArray[np.float64]]
    real: Described
    synthetic: Described | None

    def report(self, place: int) -> Report:
        """Of a picture of the layout."""
        name = self.layout.image_ids[place]
        if place < self.layout.n_real or self.synthetic is None:
            return self.real.reports[name]
        return self.synthetic.reports[name]


def compare_reports(
    real: Described,
    synthetic: Described | None = None,
    *,
    measures: Sequence[str] = DEFAULT_MEASURES,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
) -> Compared:
    """Similarity by every measure, overall and by region, with both nulls.

    Args:
        real: Reports on a cohort.
        synthetic: Reports on a pool made from it.
        measures: Names.
        seed: Of bootstrap and permutations.
        n_resamples: Of the bootstrap.

    Raises:
        UsageError: The two do not fit, a measure is unknown, or an extra is missing.
        WeightsError: A model cannot be had.
    """
    begun = time.monotonic()
    known = {name: make_measure(name) for name in dict.fromkeys(measures)}
    both = dict(real.reports) | (dict(synthetic.reports) if synthetic else {})
    layout = lay_out(real.cohort, synthetic.cohort if synthetic else None, both)
    if not layout.n_real:
        raise UsageError("There is no report on a real picture.")
    reports = [both[name] for name in layout.image_ids]
    drawn = draw_units(layout.sizes, n_resamples, seed)
    kinds = KINDS if synthetic else KINDS[:1]
    lines, controls, tables = [], [], {}
    said = {part: [passage(report, part) for report in reports] for part in PARTS}
    with bar("Comparing", len(known) * len(PARTS)) as advance:
        for name, measure in known.items():
            for part in PARTS:
                table = similarities(measure, said[part], layout.n_real)
                lines += _lines(layout, table, drawn, kinds, name, part)
                advance(1)
                if part == OVERALL:
                    tables[name] = table
                    control = permute_conditions(layout, table, seed=seed) if synthetic else None
                    if control is not None:
                        controls.append(Control(measure=name, **vars(control)))
    record = Similarity(
        real=_side(real, layout),
        synthetic=_side(synthetic, layout) if synthetic else None,
        measures={name: measure.about for name, measure in known.items()},
        lines=tuple(lines),
        controls=tuple(controls),
        notes=tuple(_notes(real, synthetic, layout)),
        seed=seed,
        n_resamples=n_resamples,
        versions=_versions(),
        seconds=round(time.monotonic() - begun, 1),
    )
    return Compared(record, layout, tables, real, synthetic)


def _lines(
    layout: Layout,
    table: NDArray[np.float64],
    drawn: Floats,
    kinds: Sequence[Kind],
    name: str,
    part: str,
) -> list[Line]:
    found: dict[Kind, dict[int, Meeting]] = {}
    lines = []
    for kind in kinds:
        met = layout.meetings(table, kind)
        found[kind] = {row: each for row, each in met.items() if each.is_matched}
        judged = judge_meetings(list(found[kind].values()), drawn)
        minus = None if kind == "real" else _minus(found[kind], found["real"], drawn)
        lines.append(_line(name, part, kind, judged, minus, len(met) - len(found[kind])))
    return lines


def _minus(ours: Mapping[int, Meeting], real: Mapping[int, Meeting], drawn: Floats) -> Number:
    """Synthetic pairs against pairs of real patients, on the partners that have both."""
    shared = sorted(ours.keys() & real.keys())
    first, second = (mean_of_pairs([side[row] for row in shared], drawn) for side in (ours, real))
    return Number.of((first - second).spread)


def _line(
    name: str, part: str, kind: Kind, judged: Judged, minus: Number | None, unmatched: int
) -> Line:
    return Line(
        measure=name,
        part=part,
        kind=kind,
        same=Number.of(judged.same.spread),
        other=Number.of(judged.other.spread),
        difference=Number.of((judged.same - judged.other).spread),
        auroc=Number.of(judged.auroc.spread),
        minus_real=minus,
        n_pairs=judged.n_pairs,
        n_partners=judged.n_partners,
        n_patients=judged.same.n_patients,
        n_unmatched=unmatched,
    )


def _side(side: Described, layout: Layout) -> Side:
    wanted = set(layout.image_ids)
    reports = [report for name, report in side.reports.items() if name in wanted]
    info = side.cohort.info
    return Side(
        cohort={
            "name": info.name,
            "version": info.version,
            "sha256": side.cohort.sha256,
            "simulated": info.simulated,
        },
        describer=str(side.about.get("describer", "")),
        fingerprint=str(side.about.get("fingerprint", "")),
        instruction=str(side.about.get("instruction", "")),
        n_images=len(side.cohort),
        n_reports=len(reports),
        statuses=count_statuses(reports),
        said={
            part: dict(Counter(passage_of(report, part)[1] for report in reports)) for part in PARTS
        },
    )


def _notes(real: Described, synthetic: Described | None, layout: Layout) -> list[str]:
    notes = []
    if not layout.anchors("real").any():
        notes.append("No two patients with a report share a condition: describe more pictures.")
    for key, what in (("sexes", "sex"), ("ages", "age")):
        n_unknown = int(np.sum(getattr(layout, key) == ""))
        if n_unknown:
            notes.append(f"The {what} of {n_unknown} real pictures is not known, nor matched.")
    n_alone = int(np.sum(~layout.strangers.any(axis=1)))
    if n_alone:
        notes.append(
            f"{n_alone} real pictures are left out: no other condition has anybody of their sex"
            " and age band."
        )
    if synthetic is not None:
        for key, what in (("fingerprint", "describer"), ("instruction", "instruction")):
            ours, theirs = real.about.get(key), synthetic.about.get(key)
            if ours != theirs:
                notes.append(
                    f"Real and synthetic pictures had another {what} ({ours or 'not known'};"
                    f" {theirs or 'not known'}): what they have in common is not only theirs."
                )
        n = layout.n_real
        without = set(layout.conditions[n:]) - set(layout.conditions[:n])
        if without:
            notes.append(f"{len(without)} conditions of the pool have no real report.")
    return notes


def _versions() -> dict[str, str]:
    found = {}
    for name in ("rdface", "numpy", "scikit-learn", "hpo3", "transformers", "torch"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
