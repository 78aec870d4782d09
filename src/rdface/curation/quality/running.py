"""Run all checks on a cohort, and write down what they found, in a private folder."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rdface.curation.quality.decisions import DECISION_COLUMNS
from rdface.curation.quality.evidence import Evidence, gather
from rdface.curation.quality.finding import Check, Finding, all_checks
from rdface.curation.quality.person_threshold import PersonThreshold
from rdface.curation.quality.thresholds import Thresholds
from rdface.files import code_sha256, write_json, write_text

if TYPE_CHECKING:
    from rdface.cohort import Cohort

FINDINGS_FILE: Final = "findings.csv"
SUMMARY_FILE: Final = "audit.json"
DECISIONS_FILE: Final = "decisions.csv"
COLUMNS: Final = ("finding", "check", "image_id", "other_image_id", "score", "threshold", "words")


@dataclass(frozen=True, eq=False)
class CohortAudit:
    """What an audit found.

    Attributes:
        evidence: What it looked at.
        findings: By check in the order of the page, the worst first; each with its number.
        summary: For ``audit.json``.
    """

    evidence: Evidence
    findings: tuple[tuple[str, Finding], ...]
    summary: dict[str, Any]

    def of(self, check: Check) -> list[tuple[str, Finding]]:
        """The findings of one check."""
        return [(number, each) for number, each in self.findings if each.check == check.name]


def audit_cohort(
    cohort: Cohort,
    *,
    person: PersonThreshold,
    thresholds: Thresholds | None = None,
    identity: str = "sface",
    detector: str = "yunet",
    texts: bool = True,
) -> CohortAudit:
    """Look at every picture and row of a cohort; nothing of it is changed.

    Args:
        cohort: To be audited.
        person: From which cosine on two pictures are shown as one person's.
        thresholds: Of the other checks.
        identity: A face-recognition network.
        detector: What finds the faces.
        texts: Whether to look for text.

    Raises:
        As :func:`rdface.curation.quality.evidence.gather`.
    """
    limits = thresholds or Thresholds()
    seen = gather(cohort, limits, identity=identity, detector=detector, person=person, texts=texts)
    return judge(seen, texts=texts)


def judge(seen: Evidence, *, texts: bool = True) -> CohortAudit:
    """Run every check on evidence that is there already."""
    numbered: list[tuple[str, Finding]] = []
    counts: dict[str, int] = {}
    for each in all_checks():
        if each.group == "text" and not texts:
            continue
        found = sorted(each.run(seen), key=lambda finding: (-finding.weight, finding.images))
        counts[each.name] = len(found)
        numbered += [(f"F{len(numbered) + k:05d}", finding) for k, finding in enumerate(found, 1)]
    if not texts:
        seen.notes.append("Text was not looked for.")
    return CohortAudit(seen, tuple(numbered), _summary(seen, counts, numbered))


def _summary(
    seen: Evidence, counts: dict[str, int], found: list[tuple[str, Finding]]
) -> dict[str, Any]:
    from rdface.curation.quality import checks

    info = seen.cohort.info
    packages = ("rdface", "numpy", "opencv-python-headless", "imagehash", "scikit-learn")
    person = seen.person
    return {
        "schema_version": 1,
        "cohort": {
            "name": info.name,
            "version": info.version,
            "sha256": seen.cohort.sha256,
            "simulated": info.simulated,
            "images": len(seen.cohort),
            "patients": int(seen.cohort.images["patient_id"].nunique()),
        },
        "findings": counts,
        "images_with_a_finding": len({name for _, each in found for name in each.images}),
        "images_by_number_of_checks": _spread(found, len(seen.cohort)),
        "thresholds": seen.thresholds.model_dump(),
        "same_person": {
            "network": seen.identity,
            "cosine": person.cosine,
            "share_of_other_pairs": person.share,
            "share_of_own_pairs": None if person.found != person.found else person.found,
            "made_on": person.made_on,
        },
        "notes": list(seen.notes),
        "fingerprints": {
            "faces": seen.faces.detector[:16],
            "looks": seen.looks.fingerprint[:16],
            "checks": code_sha256(Path(checks.__path__[0])),
        },
        "versions": {name: version(name) for name in packages},
    }


def _spread(found: list[tuple[str, Finding]], n: int) -> dict[str, int]:
    """How many pictures have findings of no, one, two ... checks."""
    pairs = {(name, each.check) for _, each in found for name in each.images}
    per_image = Counter(Counter(name for name, _ in pairs).values())
    return {"0": n - sum(per_image.values()), **{str(k): per_image[k] for k in sorted(per_image)}}


def write_audit(audit: CohortAudit, folder: Path) -> None:
    """Write the findings, the summary and an empty file of decisions, readable by the owner alone.

    Args:
        audit: What was found.
        folder: A new private folder.
    """
    rows = [
        (
            number,
            each.check,
            *(each.images if len(each.images) == 2 else (*each.images, "")),
            f"{each.score:.4f}",
            f"{each.threshold:.4f}",
            each.words,
        )
        for number, each in audit.findings
    ]
    write_text(folder / FINDINGS_FILE, _csv(COLUMNS, rows))
    empty = [(*row[:4], *[""] * (len(DECISION_COLUMNS) - 4)) for row in rows]
    write_text(folder / DECISIONS_FILE, _csv(DECISION_COLUMNS, empty))
    write_json(folder / SUMMARY_FILE, audit.summary)
    for name in (FINDINGS_FILE, DECISIONS_FILE, SUMMARY_FILE):
        (folder / name).chmod(0o600)


def _csv(header: tuple[str, ...], rows: list[Any]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()
