"""An obo file gives names with their scope, and what became of old ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.errors import UsageError
from rdface.phenotype.obo import Name, read_obo

OBO = """format-version: 1.2
data-version: hp/releases/2025-01-16

[Term]
id: HP:0000316
name: Hypertelorism
alt_id: HP:0000578
consider: HP:0000601
synonym: "Widely spaced eyes" EXACT layperson []
synonym: "Ocular \\"far\\" set" RELATED []
synonym: "HT" EXACT abbreviation [https://example.org]
synonym: "Old name" EXACT obsolete_synonym []

[Typedef]
id: part_of
name: part of
"""


def test_the_obo_reader_keeps_names_with_their_scope_and_alternative_ids(tmp_path: Path) -> None:
    path = tmp_path / "hp.obo"
    path.write_text(OBO)
    release, (term,) = read_obo(path)
    assert release == "2025-01-16"
    assert term.id == "HP:0000316"
    assert term.alternatives == ("HP:0000578",)
    assert term.consider == ("HP:0000601",)
    assert term.names == (
        Name("Hypertelorism", "exact"),
        Name("Widely spaced eyes", "exact", layperson=True),
        Name('Ocular "far" set', "related"),
        Name("HT", "exact", abbreviation=True),
    )


def test_a_file_that_is_no_ontology_says_so(tmp_path: Path) -> None:
    path = tmp_path / "hp.obo"
    path.write_text("hello\n")
    with pytest.raises(UsageError, match="no obo file"):
        read_obo(path)
