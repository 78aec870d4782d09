"""The messages of GA4GH Phenopackets, version 2, that reports and cohorts both write.

Jacobsen et al., "The GA4GH Phenopacket schema defines a computable representation of clinical
data", Nature Biotechnology 40 (2022).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from rdface import __version__
from rdface.errors import UsageError

if TYPE_CHECKING:
    from phenopackets import OntologyClass, Phenopacket

SCHEMA: Final = "2.0"
_OBO = "http://purl.obolibrary.org/obo/"
_MAPS = ("fileAttributes", "individualToFileIdentifiers")

RESOURCES: Final = {
    "HP": ("hp", "Human Phenotype Ontology", f"{_OBO}hp.owl", f"{_OBO}HP_"),
    "ECO": ("eco", "Evidence and Conclusion Ontology", f"{_OBO}eco.owl", f"{_OBO}ECO_"),
    "MONDO": ("mondo", "Mondo Disease Ontology", f"{_OBO}mondo.owl", f"{_OBO}MONDO_"),
    "OMIM": (
        "omim",
        "Online Mendelian Inheritance in Man",
        "https://www.omim.org",
        "https://www.omim.org/entry/",
    ),
    "ORPHA": (
        "ordo",
        "Orphanet Rare Disease Ontology",
        "http://www.orphadata.org/data/ORDO/ordo_orphanet.owl",
        "http://www.orpha.net/ORDO/Orphanet_",
    ),
    "HGNC": (
        "hgnc",
        "HUGO Gene Nomenclature Committee",
        "https://www.genenames.org",
        "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:",
    ),
}
"""Prefix of an identifier -> id, name, address and start of the addresses of its source."""


def protobuf() -> Any:  # noqa: ANN401 - a module without types
    """The package of the messages.

    Raises:
        UsageError: It is not installed.
    """
    try:
        import phenopackets
    except ImportError as error:
        raise UsageError(
            "Phenopackets need the package phenopackets.", hint="Install rdface[phenotype]."
        ) from error
    return phenopackets


def ontology_class(identifier: str, label: str) -> OntologyClass:
    """A term."""
    return protobuf().OntologyClass(id=identifier, label=label)


def individual(patient_id: str, sex: str, age: str) -> Any:  # noqa: ANN401 - protobuf
    """A person: sex female, male or empty, age an ISO 8601 duration or empty."""
    pp = protobuf()
    sexes = {"female": pp.FEMALE, "male": pp.MALE}
    subject = pp.Individual(id=patient_id, sex=sexes.get(sex, pp.UNKNOWN_SEX))
    if age:
        subject.time_at_last_encounter.age.iso8601duration = age
    return subject


def resource(prefix: str, version: str) -> Any:  # noqa: ANN401 - protobuf
    """Where identifiers with a prefix come from.

    Args:
        prefix: A key of :data:`RESOURCES`.
        version: Its release, or words that say why there is none.
    """
    key, name, url, iri = RESOURCES[prefix]
    return protobuf().Resource(
        id=key, name=name, url=url, version=version, namespace_prefix=prefix, iri_prefix=iri
    )


def meta_data(resources: Iterable[Any], references: Iterable[Any], created: datetime | None) -> Any:  # noqa: ANN401 - protobuf
    """Who wrote a packet, when, and with which vocabularies.

    Args:
        resources: Of :func:`resource`.
        references: External references.
        created: When, with its time zone; now by default.
    """
    found = protobuf().MetaData(
        created_by=f"rdface {__version__}",
        resources=list(resources),
        phenopacket_schema_version=SCHEMA,
        external_references=list(references),
    )
    found.created.FromDatetime(created or datetime.now(UTC).replace(microsecond=0))
    return found


def to_json(packet: Phenopacket) -> str:
    """As the schema writes it, keys in its order, with an end of line; the same every time."""
    from google.protobuf.json_format import MessageToDict

    content = MessageToDict(packet)
    for file in content.get("files", []):
        for name in _MAPS:  # protobuf's maps have no order
            if name in file:
                file[name] = dict(sorted(file[name].items()))
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def parse_packet(text: str) -> Phenopacket:
    """The packet of a JSON text; its names are checked, its contents are not.

    Raises:
        ValueError: It is none.
        UsageError: The package is not installed.
    """
    pp = protobuf()
    from google.protobuf.json_format import Parse, ParseError

    try:
        return Parse(text, pp.Phenopacket())
    except (ParseError, RecursionError) as error:
        raise ValueError(str(error)) from error
