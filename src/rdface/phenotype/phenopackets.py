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

from rdface import __version__
from rdface.errors import RunError, UsageError
from rdface.files import write_text
from rdface.phenotype.report import Finding, Report

if TYPE_CHECKING:
    from phenopackets import OntologyClass, Phenopacket, PhenotypicFeature

    from rdface.cohort import Cohort

SCHEMA: Final = "2.0"
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
    pp = _protobuf()
    sexes = {"female": pp.FEMALE, "male": pp.MALE}
    subject = pp.Individual(
        id=str(person["patient_id"]), sex=sexes.get(str(person["sex"]), pp.UNKNOWN_SEX)
    )
    if person["age"]:
        subject.time_at_last_encounter.age.iso8601duration = str(person["age"])
    packet = pp.Phenopacket(
        id=report.image_id,
        subject=subject,
        phenotypic_features=list(_features(report, about)),
        meta_data=_meta_data(about, created),
    )
    return packet


def to_json(packet: Phenopacket) -> str:
    """As the schema writes it, keys in its order, with an end of line."""
    from google.protobuf.json_format import MessageToJson

    return str(MessageToJson(packet)) + "\n"


def read_phenopacket(path: Path) -> Phenopacket:
    """Read one packet; its names are checked, its contents are not.

    Raises:
        RunError: It is none.
        UsageError: phenopackets is not installed.
    """
    pp = _protobuf()
    from google.protobuf.json_format import Parse, ParseError

    try:
        return Parse(path.read_text(encoding="utf-8"), pp.Phenopacket())
    except (OSError, UnicodeDecodeError, ParseError) as error:
        raise RunError(f"{path} is no phenopacket: {error}") from error


def terms_of(packet: Phenopacket, *, excluded: bool = False) -> frozenset[str]:
    """HPO ids that a packet holds as present, or as excluded."""
    return frozenset(
        each.type.id for each in packet.phenotypic_features if each.excluded == excluded
    )


def _features(report: Report, about: Mapping[str, Any]) -> Iterator[PhenotypicFeature]:
    pp = _protobuf()
    states = {"present": report.terms("present"), "excluded": report.terms("excluded")}
    for state, terms in states.items():
        for term in dict.fromkeys(each.term for each in report.findings if each.term in terms):
            said = [e for e in report.findings if e.term == term and e.state == state]
            side = SIDES.get(frozenset(each.section for each in said))
            yield pp.PhenotypicFeature(
                type=_class(term, said[0].label),
                excluded=state == "excluded",
                modifiers=[_class(*side)] if side else [],
                evidence=[
                    pp.Evidence(
                        evidence_code=_class(*AUTOMATIC),
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
    pp = _protobuf()
    from rdface.phenotype.ontology import ontology

    hpo = str((about.get("hpo") or {}).get("release") or ontology().release)
    details = ", ".join(
        f"{name} {about[key]}"
        for key, name in (("fingerprint", "fingerprint"), ("instruction", "instruction"))
        if about.get(key)
    )
    described = f"Report by a describer of rdface, not by a clinician. {details}".strip()
    found = pp.MetaData(
        created_by=f"rdface {__version__}",
        resources=[
            _resource("hp", "Human Phenotype Ontology", "HP", hpo),
            _resource("eco", "Evidence and Conclusion Ontology", "ECO", ""),
        ],
        phenopacket_schema_version=SCHEMA,
        external_references=[pp.ExternalReference(id=_describer_id(about), description=described)],
    )
    found.created.FromDatetime(created)
    return found


def _resource(key: str, name: str, prefix: str, release: str) -> Any:  # noqa: ANN401 - protobuf
    return _protobuf().Resource(
        id=key,
        name=name,
        url=f"http://purl.obolibrary.org/obo/{key}.owl",
        version=release or "not pinned: one term is used",
        namespace_prefix=prefix,
        iri_prefix=f"http://purl.obolibrary.org/obo/{prefix}_",
    )


def _class(identifier: str, label: str) -> OntologyClass:
    return _protobuf().OntologyClass(id=identifier, label=label)


def _protobuf() -> Any:  # noqa: ANN401 - a module without types
    try:
        import phenopackets
    except ImportError as error:
        raise UsageError(
            "Phenopackets need the package phenopackets.", hint="Install rdface[phenotype]."
        ) from error
    return phenopackets
