"""A describer goes through a cohort: every picture once, a killed run goes on."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rdface import __version__
from rdface.cohort.terms import check_allowed
from rdface.errors import RdfaceError, RunError
from rdface.faces import locate_faces
from rdface.files import code_sha256, sha256_bytes
from rdface.phenotype.cohort_pictures import CohortPictures
from rdface.phenotype.describer import Answer, Describer
from rdface.phenotype.parents import with_people
from rdface.phenotype.reading import read_answer
from rdface.phenotype.recognition import recognise
from rdface.phenotype.report import Report
from rdface.phenotype.report_files import (
    Line,
    ReportLog,
    count_statuses,
    only_writer,
    read_about,
    read_lines,
    write_about,
    write_lines,
)
from rdface.phenotype.upload import check_upload
from rdface.progress import bar

if TYPE_CHECKING:
    from rdface.cohort import Cohort

log = logging.getLogger(__name__)

IN_A_ROW: Final = 10
"""After so many failures without an answer between them, a run stops."""


@dataclass(frozen=True)
class Outcome:
    """What a run has come to.

    Attributes:
        reports: In the cohort's order.
        asked: How many of them were asked for just now.
        about: As in ``about.json``.
    """

    reports: tuple[Report, ...]
    asked: int
    about: dict[str, Any]


def describe_cohort(
    cohort: Cohort,
    describer: Describer,
    out: Path,
    *,
    name: str,
    limit: int | None = None,
    allow_upload: bool = False,
    detector: str = "yunet",
    parents: Cohort | None = None,
) -> Outcome:
    """Have pictures of a cohort described, into ``out``.

    Each answer is on disk before the next is waited for. What is there already is not asked for
    again, but for failures, and where a describer that goes by face, sex and age would be told
    others; answers that an older version of rdface read are read anew. Pictures are decoded one by
    one.

    Args:
        cohort: Whose pictures.
        describer: Who describes them.
        out: Folder for ``reports.jsonl`` and ``about.json``.
        name: The describer's name in its registry.
        limit: At most so many pictures, spread evenly over the cohort's order.
        allow_upload: Whether the user allows pictures of real people to leave this machine.
        detector: For describers that want faces.
        parents: Of a pool: the cohort it was made from, for sex and age of its pictures; see
            :func:`rdface.phenotype.parents.with_people`.

    Raises:
        TermsError: Pictures may not be sent, or not be used for this; see
            :mod:`rdface.cohort.terms`.
        UsageError: The user has not allowed the upload, an extra is missing, or the pool is not
            of these parents.
        RunError: ``out`` holds reports of another describer or cohort, or is being written.
        RdfaceError: :data:`IN_A_ROW` answers in a row failed.
    """
    check_upload(cohort, describer.destination, allow_upload=allow_upload)
    check_allowed(cohort, "methods")
    shown = cohort if parents is None else with_people(cohort, parents)
    chosen = _chosen(cohort, limit)
    if describer.uploads:
        whose = "nobody real" if cohort.info.simulated else "real people"
        log.warning(
            "%d pictures of %s, which show %s, go to %s.",
            len(chosen),
            cohort.info.name,
            whose,
            describer.destination,
        )
    with only_writer(out):
        _check_folder(out, cohort, describer, parents)
        begun = time.monotonic()
        faces = locate_faces(cohort, detector) if describer.wants_faces else None
        told = CohortPictures(shown, faces, _all_keys(cohort)).told()
        known = {
            key: line
            for key, line in read_lines(out, mend=True).items()
            if told.get(key[0], line.told) == line.told
        }
        missing = [
            key for key in chosen if key not in known or known[key].report.status == "failed"
        ]
        given = cohort, describer, name
        _write_about(out, *given, list(known.values()), allow_upload, parents=parents)
        if missing:
            known |= _ask(describer, CohortPictures(shown, faces, missing), out)
        known = {key: _read_again(line, _reading(describer)) for key, line in known.items()}
        order = {key: row for row, key in enumerate(_all_keys(cohort))}
        lines = sorted(known.values(), key=lambda line: order.get(line.key, len(order)))
        write_lines(out, lines)
        seconds = time.monotonic() - begun
        # What the cohort has no more was paid for and is kept, but counts nowhere.
        lines = [line for line in lines if line.key in order]
        about = _write_about(out, *given, lines, allow_upload, seconds, parents=parents)
    reports = tuple(known[key].report for key in chosen if key in known)
    return Outcome(reports, len(missing), about)


def _ask(describer: Describer, pictures: CohortPictures, out: Path) -> dict[tuple[str, str], Line]:
    found: dict[tuple[str, str], Line] = {}
    sha256_of, told, failed = pictures.sha256_of(), pictures.told(), 0
    if not describer.gives_findings:
        recognise("Ptosis.", "left_eye")  # what is missing is missed before an answer costs money
    with ReportLog(out) as written, bar("Describing", len(pictures)) as advance:
        for answer in describer.describe(pictures):
            line = Line(
                image_sha256=sha256_of[answer.image_id],
                fingerprint=describer.fingerprint,
                told=told[answer.image_id],
                reading=_reading(describer),
                answer_problem=answer.problem,
                own_findings=answer.findings is not None,
                report=read_answer(answer),
            )
            written.append(line)
            found[line.key] = line
            advance(1)
            failed = failed + 1 if line.report.status == "failed" else 0
            if failed >= IN_A_ROW:
                raise RdfaceError(
                    f"The last {failed} answers failed: {line.report.problem}",
                    hint="What was answered is kept; the same command goes on.",
                )
    return found


@cache
def reading_version(*, reads: bool = True) -> str:
    """Changes with the code that reads answers and, where terms are read, with the ontology.

    Args:
        reads: Whether terms are read out of texts: it takes the ontology and its synonyms.

    Raises:
        UsageError: The extra ``phenotype`` is not installed.
        WeightsError: The ontology's synonyms are not on this machine.
    """
    code = code_sha256(Path(__file__).parent)
    return sha256_bytes(f"{code} {_releases() if reads else ''}".encode())[:12]


def _releases() -> dict[str, str]:
    """Of labels and hierarchy, and of the synonyms."""
    from rdface.phenotype.ontology import ontology

    return {"release": ontology().release, "synonyms": ontology().synonyms_release}


def _reading(describer: Describer) -> str:
    return reading_version(reads=not describer.gives_findings)


def _read_again(line: Line, reading: str) -> Line:
    report = line.report
    if line.reading == reading or report.status == "failed":
        return line
    answer = Answer(
        report.image_id,
        report.text,
        findings=report.findings if line.own_findings else None,
        problem=line.answer_problem,
        tokens_in=report.tokens_in,
        tokens_out=report.tokens_out,
    )
    return line.model_copy(update={"reading": reading, "report": read_answer(answer)})


def _all_keys(cohort: Cohort) -> list[tuple[str, str]]:
    return list(zip(cohort.images["image_id"], cohort.images["sha256"], strict=True))


def _chosen(cohort: Cohort, limit: int | None) -> list[tuple[str, str]]:
    keys = _all_keys(cohort)
    if limit is None or limit >= len(keys):
        return keys
    return [keys[row * len(keys) // limit] for row in range(limit)]


def _check_folder(out: Path, cohort: Cohort, describer: Describer, parents: Cohort | None) -> None:
    about = read_about(out)
    if not about:
        return
    for what, there, here in (
        ("describer", about["fingerprint"], describer.fingerprint),
        ("cohort", about["cohort"]["name"], cohort.info.name),
        ("cohort of parents", about.get("parents", ""), parents.sha256 if parents else ""),
    ):
        if there != here:
            raise RunError(
                f"{out} holds reports of another {what}.",
                hint="Choose another --out; about.json says what made these.",
            )


def _write_about(
    out: Path,
    cohort: Cohort,
    describer: Describer,
    name: str,
    lines: Sequence[Line],
    allow_upload: bool,
    seconds: float = 0.0,
    *,
    parents: Cohort | None = None,
) -> dict[str, Any]:
    reports = [line.report for line in lines]
    told, said = (
        sum(filter(None, (getattr(report, side) for report in reports)))
        for side in ("tokens_in", "tokens_out")
    )
    about = {
        "describer": name,
        "options": describer.model_dump(mode="json"),
        "fingerprint": describer.fingerprint,
        "instruction": describer.instruction,
        "destination": describer.destination,
        "allow_upload": allow_upload,
        "parents": parents.sha256 if parents else "",
        "cohort": {
            "name": cohort.info.name,
            "version": cohort.info.version,
            "sha256": cohort.sha256,
            "simulated": cohort.info.simulated,
            "data_use": list(cohort.info.data_use),
        },
        "images": len(cohort),
        "reports": len(reports),
        "statuses": count_statuses(reports),
        "tokens": {"in": told, "out": said},
        "cost": describer.cost(told, said),
        "seconds": round(seconds, 1),
        "reading": _reading(describer),
        "hpo": {} if describer.gives_findings else _releases(),
        "rdface": __version__,
    }
    write_about(out, about)
    return {"schema_version": 1, **about}
