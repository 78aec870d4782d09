"""The numbers of an audit as rows of text, for the page and for the terminal."""

from __future__ import annotations

from rdface.pages.wording import count, points
from rdface.screening.audit import Audit
from rdface.screening.audit.schema import Copies, Memory, Number

Table = tuple[list[str], list[list[str]]]

METRICS = {
    "cmmd": "CMMD × 1000",
    "mmd": "Gaussian MMD × 1000",
    "kid": "cubic MMD (as KID) × 1000",
    "fd": "Fréchet distance",
    "precision": "precision",
    "recall": "recall",
    "density": "density",
    "coverage": "coverage",
}
_THOUSANDS = ("cmmd", "mmd", "kid")
VIEWS = {"identity": "whose face", "pixels": "aligned pixels"}


def realism_rows(record: Audit) -> Table:
    """One row a backbone, reference and metric."""
    header = ["backbone", "metric", "against", "generated", "real against real", "n", "patients"]
    rows = []
    for line in record.realism:
        scale = 1000.0 if line.metric in _THOUSANDS else 1.0
        digits = 3 if line.metric in ("precision", "recall", "density", "coverage") else 1
        rows.append(
            [
                line.backbone,
                METRICS[line.metric],
                f"{line.reference} faces",
                written(line.number, digits, scale),
                written(line.floor, digits, scale),
                str(line.n),
                str(line.n_patients),
            ]
        )
    return header, rows


def diversity_rows(record: Audit) -> Table:
    """One row a measure."""
    header = ["measure", "features", "over", "generated", "real", "difference", "n", "conditions"]
    rows = [
        [
            line.measure,
            line.features,
            "the pool" if line.over == "pool" else "mean of conditions",
            written(line.synthetic, 2),
            written(line.real, 2),
            written(line.difference, 2, sign=True),
            str(line.n),
            str(line.n_conditions),
        ]
        for line in record.diversity
    ]
    return header, rows


def fidelity_rows(record: Audit) -> Table:
    """One row a comparison."""
    header = ["faces", "against", "measure", "own condition", "other conditions", "difference"]
    header += ["rank of own", "p", "faces", "conditions"]
    rows = [
        [
            line.faces,
            line.against,
            line.measure,
            written(line.own, 2),
            _plain(line.other, 2),
            written(line.difference, 2, sign=True),
            "–" if line.rank is None else points(line.rank) + " %",
            "–" if line.p_value is None else f"{line.p_value:.4f}",
            str(line.n),
            str(line.n_conditions),
        ]
        for line in record.fidelity
    ]
    return header, rows


def memory_rows(record: Audit) -> Table:
    """One row a measure and view."""
    header = ["measure", "view", "this pool", "without memorisation", "p"]
    header += ["generated", "training", "held out", "patients"]
    rows = [
        [
            line.measure,
            VIEWS[line.view],
            _of_memory(line, line.number),
            _of_memory(line, line.expected),
            "–" if line.p_value is None else _p(line.p_value),
            *map(str, (line.n_synthetic, line.n_training, line.n_held_out, line.n_patients)),
        ]
        for line in record.memorisation
    ]
    return header, rows


def said_of_copies(record: Audit) -> str:
    """How many copies there are, and how many would be called so for nothing."""
    copies = record.copies
    if copies is None:
        return "No generated face could be compared with the training faces."
    if copies.near_threshold is None:
        return "There are too few real faces for a threshold: nothing is called a copy."
    if copies.copy_threshold is None:
        return (
            "There are too few training faces to tell a copy from a mixture of two; near copies:"
            f" {percent(copies.near_copies)} of {copies.n_synthetic:,} faces."
        )
    mixtures = f"{count(copies.n_mixtures, 'mixture')} of two training faces"
    mixed = f"{mixtures} {percent(copies.mixtures)}"
    for_nothing = (
        f"Of {count(copies.n_held_out, 'held-out real face')} {percent(copies.held_out)} would be"
        f" called at least a near copy, of {mixed} a copy."
        if copies.n_held_out
        else f"Of {mixed} would be called a copy."
    )
    wrong = (
        f", {copies.n_other_condition:,} of them of a patient with another condition"
        if copies.n_other_condition
        else ""
    )
    return (
        f"{count(copies.n_copies, 'copy', 'copies')} among {copies.n_synthetic:,} faces:"
        f" {percent(copies.copies)}, of {count(copies.training_patients, 'training patient')}"
        f"{wrong};"
        f" copies or near copies: {percent(copies.near_copies)}. {for_nothing}"
    )


def said_of_controls(copies: Copies) -> str:
    """How many faces are copies of an unaffected child who taught the generator, too."""
    if copies.near_threshold is None:
        return "There are too few controls for a threshold: nothing is called a copy of one."
    near = f"near copies or copies of one: {percent(copies.near_copies)}"
    if copies.n_held_out:
        near += f" (held-out real faces: {percent(copies.held_out)})"
    if copies.copy_threshold is None:
        return (
            "Of the unaffected children who taught, too, there are too few to tell a copy from a"
            f" mixture of two; {near}."
        )
    return (
        "Of the unaffected children who taught, too:"
        f" {count(copies.n_copies, 'copy', 'copies')} among {copies.n_synthetic:,} faces,"
        f" {percent(copies.copies)}, of {count(copies.training_patients, 'child', 'children')};"
        f" {near}."
    )


def percent(number: Number) -> str:
    """A share with its interval: ``99.8 % [98.6, 100.0]``."""
    if number.value is None:
        return "–"
    if number.low is None or number.high is None:
        return f"{points(number.value)} %"
    return f"{points(number.value)} % [{points(number.low)}, {points(number.high)}]"


def written(number: Number, digits: int, scale: float = 1.0, *, sign: bool = False) -> str:
    """``0.12 [0.10, 0.14]``; a dash where there is no number."""
    if number.value is None:
        return "–"
    value = _plain(number.value * scale, digits, sign=sign)
    if number.low is None or number.high is None:
        return value
    low, high = (_plain(end * scale, digits, sign=sign) for end in (number.low, number.high))
    return f"{value} [{low}, {high}]"


def _plain(value: float | None, digits: int, *, sign: bool = False) -> str:
    if value is None:
        return "–"
    text = f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"
    zero = f"{0:.{digits}f}"
    if text.lstrip("+-") == zero:
        return zero
    return text.replace("-", "\u2212")


def _of_memory(line: Memory, number: Number) -> str:
    if line.measure == "C_T":
        return "0 [−1.96, 1.96]" if number is line.expected else _plain(number.value, 2)
    if line.measure == "membership AUC":
        return "0.5" if number is line.expected else written(number, 3)
    return "50 %" if number is line.expected and line.measure != "AuthPct" else percent(number)


def _p(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}"
