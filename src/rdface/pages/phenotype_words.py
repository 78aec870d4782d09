"""The numbers of a comparison of reports as rows of text, for the page and for the terminal."""

from __future__ import annotations

from typing import Final

from rdface.pages.wording import count, p_value
from rdface.phenotype.sections import SECTIONS
from rdface.phenotype.similarity.pairs import Kind
from rdface.phenotype.similarity.passages import OVERALL, PARTS
from rdface.phenotype.similarity.record import Line, Number, Side, Similarity

Table = tuple[list[str], list[list[str]]]

PAIRS: Final[dict[Kind, str]] = {
    "real": "two real patients",
    "synthetic": "synthetic and real, other patients",
    "own patient": "synthetic and real, made from that patient",
}
"""Kind of pairs to its name."""
MINUS: Final = "\u2212"


def similarity_rows(record: Similarity) -> Table:
    """One row a measure and kind of pairs, overall."""
    header = ["measure", "pairs", "same condition", "other condition, matched", "difference",
              "AUROC", "minus two real patients", "pairs (real pictures; patients)"]  # fmt: skip
    rows = []
    for line in record.lines:
        if line.part != OVERALL:
            continue
        rows.append(
            [
                line.measure,
                PAIRS[line.kind],
                written(line.same),
                written(line.other),
                written(line.difference, sign=True),
                written(line.auroc, 2),
                "" if line.minus_real is None else written(line.minus_real, sign=True),
                f"{line.n_pairs:,} ({line.n_partners}; {line.n_patients})",
            ]
        )
    return header, rows


def region_rows(record: Similarity) -> Table:
    """One row a measure and region: synthetic pairs, if there are any, beside real ones."""
    kinds: tuple[Kind, ...] = ("synthetic", "real") if record.synthetic else ("real",)
    header = ["measure", "region"]
    for kind in kinds:
        header += [f"{kind}: same", "other", "AUROC", "pairs"]
    rows = []
    for measure in record.measures:
        for part in PARTS[1:]:
            cells = [measure, part_name(part)]
            for kind in kinds:
                line = record.line(measure, part, kind)
                cells += _short(line)
            rows.append(cells)
    return header, rows


def _short(line: Line | None) -> list[str]:
    if line is None or not line.n_pairs:
        return ["none", "", "", "0"]
    return [written(line.same), written(line.other), written(line.auroc, 2), f"{line.n_pairs:,}"]


def control_rows(record: Similarity) -> Table:
    """One row a measure: own and dealt labels."""
    header = ["measure", "own conditions", "dealt conditions", "p", "conditions"]
    rows = [
        [
            one.measure,
            f"{one.own:.3f}",
            f"{one.dealt:.3f} [{one.low:.3f}, {one.high:.3f}]",
            p_value(one.p_value),
            str(one.n_conditions),
        ]
        for one in record.controls
    ]
    return header, rows


def status_rows(record: Similarity) -> Table:
    """What became of the answers, and of each section; one row a part, sides beside each other."""
    sides = _sides(record)
    header = ["reports", *(name for name, _ in sides)]
    rows = [["pictures of the cohort", *(str(side.n_images) for _, side in sides)]]
    rows.append(["with a report", *(str(side.n_reports) for _, side in sides)])
    for status in sides[0][1].statuses:
        rows.append([status, *(str(side.statuses[status]) for _, side in sides)])
    return header, rows


def said_rows(record: Similarity) -> Table:
    """What is said of each part: findings, none, not assessable, or nothing."""
    kinds = ("findings", "sound normal", "not assessable", "missing")
    sides = _sides(record)
    header = ["part", *(f"{name}: {kind}" for name, _ in sides for kind in kinds)]
    rows = [
        [
            part_name(part),
            *(str(side.said[part].get(kind, 0)) for _, side in sides for kind in kinds),
        ]
        for part in PARTS
    ]
    return header, rows


def told(record: Similarity) -> list[str]:
    """In words, what the numbers show; nothing that they do not."""
    kind: Kind = "synthetic" if record.synthetic else "real"
    found = []
    for measure in record.measures:
        line = record.line(measure, OVERALL, kind)
        if line is None or line.same.value is None or line.other.value is None:
            found.append(f"By {measure}, there is no pair to judge ({PAIRS[kind]}).")
            continue
        low = line.difference.low
        verdict = (
            "are too few patients to say whether that is more"
            if low is None
            else "tell conditions apart"
            if low > 0
            else "do not tell conditions apart"
        )
        if low is not None:
            verdict = f"reports {verdict}"
        else:
            verdict = f"there {verdict}"
        found.append(
            f"By {measure}, pairs of one condition ({PAIRS[kind]}) are alike by"
            f" {line.same.value:.3f} and matched pairs of different conditions by"
            f" {line.other.value:.3f}: {verdict}; AUROC {written(line.auroc, 2)}."
        )
    return found


def part_name(part: str) -> str:
    """``overall``, or a section's heading in lower case."""
    return part if part == OVERALL else SECTIONS[part].lower()


def written(number: Number, digits: int = 3, *, sign: bool = False) -> str:
    """``0.812 [0.790, 0.833]``; ``none`` where there is no number."""
    if number.value is None:
        return "none"
    form = f"{{:{'+' if sign else ''}.{digits}f}}"
    text = form.format(number.value)
    if number.low is not None and number.high is not None:
        text += f" [{form.format(number.low)}, {form.format(number.high)}]"
    return text.replace("-", MINUS)


def about_side(side: Side) -> str:
    """Who described what."""
    by = side.describer or "a describer that is not named"
    return (
        f"{side.cohort['name']} {side.cohort['version']}: {count(side.n_reports, 'report')} by {by}"
    )


def _sides(record: Similarity) -> list[tuple[str, Side]]:
    sides = [("real", record.real)]
    if record.synthetic is not None:
        sides.append(("synthetic", record.synthetic))
    return sides
