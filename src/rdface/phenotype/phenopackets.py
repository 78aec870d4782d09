"""Reports as GA4GH Phenopackets, version 2: one JSON file a picture.

Jacobsen et al., "The GA4GH Phenopacket schema defines a computable representation of clinical
data", Nature Biotechnology 40 (2022). A packet holds what the report says, whose picture it is, sex
and age as in the cohort's tables, and nothing else of the person: no picture, no path, no
condition, no text beyond the words that each finding was read from. A finding that could not be
assessed is left out, for the schema has no such state, and it must not become "excluded".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rdface.cohort.adapters.phenopacket_messages import (
    individual,
    meta_data,
    ontology_class,
    parse_packet,
    protobuf,
    resource,
    to_json,
)
from rdface.errors import RunError, UsageError
from rdface.files import write_text
from rdface.phenotype.report import Finding, Report

if TYPE_CHECKING:
    from phenopackets import Phenopacket, PhenotypicFeature

    from rdface.cohort import Cohort

AUTOMATIC: Final = ("ECO:0000501", "evidence used in automatic assertion")
"""What every finding rests on, in the Evidence and Conclusion Ontology."""
SIDES: Final = {
    frozenset({"left_eye"}): ("HP:0012835", "Left"),
    frozenset({"right_eye"}): ("HP:0012834", "Right"),
    frozenset({"left_eye", "right_eye"}): ("HP:0012832", "Bilateral"),
}
"""The subject's sides, as HPO's modifiers."""
SILENT: Final = ("refused", "empty", "failed")
"""Reports that become no packet: one without a finding would say that the face is normal."""


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        paths: One file a report.
        skipped: Ids of pictures whose report says nothing.
    """

    paths: tuple[Path, ...]
    skipped: tuple[str, ...]


def write_phenopackets(
    reports: Mapping[str, Report],
    cohort: Cohort,
    about: Mapping[str, Any],
    out: Path,
    *,
    created: datetime | None = None,
) -> Written:
    """Write ``<image id>.json`` for every report that says something.

    Args:
        reports: By image id.
        cohort: Whose pictures they are on.
        about: What ``about.json`` says of the describer.
        out: Folder.
        created: When; now by default.

    Raises:
        UsageError: A report is on no picture of the cohort, or phenopackets is not installed.
    """
    people = {row["image_id"]: row for row in cohort.images.to_dict("records")}
    strange = sorted(set(reports) - set(people))
    if strange:
        raise UsageError(
            f"There is a report on {strange[0]!r}, which {cohort.info.name} has not.",
            hint="Give the cohort that was described; about.json names it.",
        )
    moment = created or datetime.now(UTC).replace(microsecond=0)
    paths = []
    for image_id, report in reports.items():
        if report.status not in SILENT:
            packet = to_phenopacket(report, people[image_id], about, created=moment)
            path = out / f"{image_id}.json"
            write_text(path, to_json(packet))
            paths.append(path)
    skipped = tuple(name for name, report in reports.items() if report.status in SILENT)
    return Written(tuple(paths), skipped)


def to_phenopacket(
    report: Report, person: Mapping[Any, Any], about: Mapping[str, Any], *, created: datetime
) -> Phenopacket:
    """One report as a packet.

    Args:
        report: Which.
        person: Row of the cohort's images: ``patient_id``, ``sex`` and ``age`` are read.
        about: What ``about.json`` says.
        created: When, with its time zone.

    Raises:
        UsageError: phenopackets is not installed.
    """
    pp = protobuf()
    subject = individual(str(person["patient_id"]), str(person["sex"]), str(person["age"]))
    packet = pp.Phenopacket(
        id=report.image_id,
        subject=subject,
        phenotypic_features=list(_features(report, about)),
        meta_data=_meta_data(about, created),
    )
    return packet


def read_phenopacket(path: Path) -> Phenopacket:
    """Read one packet; its names are checked, its contents are not.

    Raises:
        RunError: It is none.
        UsageError: phenopackets is not installed.
    """
    try:
        return parse_packet(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} is no phenopacket: {error}") from error


def terms_of(packet: Phenopacket, *, excluded: bool = False) -> frozenset[str]:
    """HPO ids that a packet holds as present, or as excluded."""
    return frozenset(
        each.type.id for each in packet.phenotypic_features if each.excluded == excluded
    )


def _features(report: Report, about: Mapping[str, Any]) -> Iterator[PhenotypicFeature]:
    pp = protobuf()
    states = {"present": report.terms("present"), "excluded": report.terms("excluded")}
    for state, terms in states.items():
        for term in dict.fromkeys(each.term for each in report.findings if each.term in terms):
            said = [e for e in report.findings if e.term == term and e.state == state]
            side = SIDES.get(frozenset(each.section for each in said))
            yield pp.PhenotypicFeature(
                type=ontology_class(term, said[0].label),
                excluded=state == "excluded",
                modifiers=[ontology_class(*side)] if side else [],
                evidence=[
                    pp.Evidence(
                        evidence_code=ontology_class(*AUTOMATIC),
                        reference=pp.ExternalReference(
                            id=_describer_id(about), description=_words(each)
                        ),
                    )
                    for each in said
                ],
            )


def _words(finding: Finding) -> str:
    sure = "" if finding.probability is None else f" (probability {finding.probability:.2f})"
    return f"{finding.section}: {finding.evidence or finding.label}{sure}"


def _describer_id(about: Mapping[str, Any]) -> str:
    return f"rdface:{about.get('describer') or 'unknown'}"


def _meta_data(about: Mapping[str, Any], created: datetime) -> Any:  # noqa: ANN401 - protobuf
    from rdface.phenotype.ontology import ontology

    hpo = str((about.get("hpo") or {}).get("release") or ontology().release)
    details = ", ".join(
        f"{name} {about[key]}"
        for key, name in (("fingerprint", "fingerprint"), ("instruction", "instruction"))
        if about.get(key)
    )
    described = f"Report by a describer of rdface, not by a clinician. {details}".strip()
    reference = protobuf().ExternalReference(id=_describer_id(about), description=described)
    resources = [resource("HP", hpo), resource("ECO", "not pinned: one term is used")]
    return meta_data(resources, [reference], created)
