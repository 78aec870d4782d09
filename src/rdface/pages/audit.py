"""The page of an audit: is a pool real, varied, true to its conditions, and its own?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rdface.faces import FaceTable, align, locate_faces
from rdface.files import write_text
from rdface.imaging import read_image
from rdface.pages.audit_figures import closeness_curves, profile_intervals, share_intervals
from rdface.pages.audit_words import (
    METRICS,
    VIEWS,
    diversity_rows,
    fidelity_rows,
    memory_rows,
    percent,
    realism_rows,
    said_of_controls,
    said_of_copies,
    written,
)
from rdface.pages.figures.contact_sheet import data_uri, marked_jpeg
from rdface.pages.templating import fill
from rdface.screening.audit import Audit, Audited
from rdface.screening.audit.schema import Number, Pair
from rdface.screening.audit.sides import Side
from rdface.synthesis.portraits import portrait_crop

PAGE_FILE: Final = "audit.html"
_SHOWN = portrait_crop(240)


@dataclass(frozen=True)
class Tile:
    """One number of the head: what it is, the number, its interval and what to hold it against."""

    name: str
    value: str
    interval: str
    beside: str


@dataclass(frozen=True)
class Triple:
    """Three pictures of one line: generated, nearest training, nearest held-out face."""

    pictures: tuple[tuple[str, str, str], ...]
    grade: str
    text: str
    why: str


def write_audit_page(audited: Audited, out: Path, *, show_pairs: bool | None = None) -> Path:
    """Write one self-contained page.

    Args:
        audited: What was found.
        out: The audit's folder.
        show_pairs: Whether pictures go on the page. By default those of a simulated cohort do and
            no others: a copy of a photograph is one, whatever made it.

    Returns:
        The file that was written.
    """
    path = out / PAGE_FILE
    write_text(path, render_audit(audited, show_pairs=show_pairs))
    return path


def render_audit(audited: Audited, *, show_pairs: bool | None = None) -> str:
    """The page as HTML text; equal audits give equal pages."""
    record = audited.record
    simulated = bool(record.pool["simulated"] and record.real["simulated"])
    shown = simulated if show_pairs is None else show_pairs
    return fill(
        "audit.html.j2",
        record=record,
        simulated=simulated,
        shown=shown,
        tiles=_tiles(record),
        said=said_of_copies(record),
        curves=closeness_curves(audited.closeness, record),
        triples=_triples(audited, simulated) if shown else (),
        memory=memory_rows(record),
        realism=realism_rows(record),
        shares=[
            (backbone, share_intervals(record, backbone))
            for backbone in dict.fromkeys(line.backbone for line in record.realism)
        ],
        diversity=diversity_rows(record),
        fidelity=fidelity_rows(record),
        profiles=profile_intervals(record),
        told=_told(record),
        has_clip=any(line.metric == "cmmd" for line in record.realism),
    )


def _tiles(record: Audit) -> list[Tile]:
    tiles = []
    copies = record.copies
    if copies is not None and copies.copy_threshold is not None:
        tiles.append(
            Tile(
                "copies of a training face",
                *_split(percent(copies.copies)),
                f"mixtures of two: {percent(copies.mixtures)}",
            )
        )
    for line in record.memorisation:
        if line.view == "identity" and line.measure in ("membership AUC", "AuthPct"):
            name = {"membership AUC": "membership AUC", "AuthPct": "authentic faces"}[line.measure]
            text = written(line.number, 2) if line.measure != "AuthPct" else percent(line.number)
            beside = (
                "0.5: not remembered"
                if line.measure != "AuthPct"
                else f"held-out faces: {percent(line.expected)}"
            )
            tiles.append(Tile(name, *_split(text), beside))
    kernel = next((x for x in record.realism if x.metric in ("cmmd", "mmd")), None)
    if kernel is not None:
        tiles.append(
            Tile(
                f"{METRICS[kernel.metric]}, {kernel.backbone}",
                *_split(written(kernel.number, 1, 1000)),
                f"real against real: {written(kernel.floor, 1, 1000)}",
            )
        )
    return tiles


def _split(text: str) -> tuple[str, str]:
    value, _, rest = text.partition(" [")
    return value, f"[{rest}" if rest else ""


def _told(record: Audit) -> list[str]:
    """In words, what the numbers show; nothing that they do not."""
    told = [said_of_copies(record)]
    if record.control_copies is not None:
        told.append(said_of_controls(record.control_copies))
    for line in record.memorisation:
        if line.measure == "membership AUC" and line.number.low is not None:
            sure = line.number.low > 0.5
            told.append(
                f"By {VIEWS[line.view]}, training faces "
                + (
                    "can be told from held-out faces of the same conditions by their nearest"
                    if sure
                    else "were not told from held-out faces of the same conditions by their nearest"
                )
                + f" generated face: AUC {written(line.number, 2)}"
                + (
                    "; the pool remembers them."
                    if sure
                    else "; that is no proof that nothing is remembered."
                )
            )
    told += [_realism_told(record, backbone) for backbone in record.settings["backbones"]]
    own = next((x for x in record.fidelity if x.measure == "correlation"), None)
    if own is not None and own.p_value is not None:
        fits = own.p_value <= 0.05
        told.append(
            "Mean profiles of measures "
            + ("fit" if fits else "do not fit")
            + " the own condition's training faces better than other conditions': correlation"
            f" {written(own.own, 2)} against {written(Number(value=own.other), 2)},"
            f" p {own.p_value:.4f},"
            f" {own.n_conditions} conditions."
        )
    return [text for text in told if text]


def _realism_told(record: Audit, backbone: str) -> str:
    line = next(
        (x for x in record.realism if x.backbone == backbone and x.metric in ("cmmd", "mmd")), None
    )
    if line is None or line.number.low is None or line.floor.high is None:
        return ""
    above = line.number.value is not None and line.number.value > line.floor.high
    sure = line.number.low > line.floor.high
    return (
        f"To {backbone}, generated and {line.reference} faces "
        + ("differ" if sure else "seem to differ" if above else "differ no")
        + " more than two sets of real people do:"
        f" {METRICS[line.metric]} {written(line.number, 1, 1000)} against"
        f" {written(line.floor, 1, 1000)} at n = {line.n}."
    )


def _triples(audited: Audited, simulated: bool) -> tuple[Triple, ...]:
    if not audited.record.pairs:
        return ()
    sides = audited.sides
    detector = audited.record.settings["detector"]
    tables = {
        name: (side, locate_faces(side.cohort, detector))
        for name, side in (
            ("generated", sides.synthetic),
            ("training", sides.training),
            ("held out", sides.held_out),
        )
    }

    def triple(pair: Pair) -> Triple:
        ids = (pair.image_id, pair.training_id, pair.held_out_id)
        pictures = []
        for (name, (side, table)), image_id in zip(tables.items(), ids, strict=True):
            if image_id:
                mark = "synthetic" if name == "generated" else _mark(simulated)
                pictures.append((_picture(side, table, image_id, mark), name, image_id))
        return Triple(tuple(pictures), pair.grade or "no copy", _text(pair), _WHY[pair.why])

    return tuple(triple(pair) for pair in audited.record.pairs)


_WHY = {"closest": "among the closest", "middle": "from the middle of the pool"}


def _mark(simulated: bool) -> str:
    return "simulated" if simulated else "photograph"


def _picture(side: Side, table: FaceTable, image_id: str, mark: str) -> str:
    image = read_image(side.cohort.path(image_id))
    if mark == "synthetic":  # a portrait already
        return data_uri(marked_jpeg(image, mark))
    return data_uri(marked_jpeg(align(image, table.face(image_id), _SHOWN), mark))


def _text(pair: Pair) -> str:
    other = (
        ""
        if pair.identity[1] is None or pair.pixels[1] is None
        else f"; to the held-out face {pair.identity[1]:.3f} and {pair.pixels[1]:.3f}"
    )
    return (
        f"closeness {pair.closeness:.2f}; distance to the training face {pair.identity[0]:.3f}"
        f" (whose face) and {pair.pixels[0]:.3f} (pixels){other}"
    )
