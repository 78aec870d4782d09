"""Wrong specs are named for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.curation.ingest.spec import read_build_spec
from rdface.curation.ingest.starting_spec import write_starting_spec
from rdface.errors import UsageError

GOOD = """
version: 1
cohort: {name: a, version: 1, licence: none}
table: t.csv
pictures: photos
out: o
state: s
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("- a", "no mapping"),
        ("a: [", "is no YAML"),
        (GOOD + "picture: x", "picture: there is no such key. Did you mean pictures"),
        (GOOD.replace("licence", "license"), "cohort.license: there is no such key. Did you mean"),
        (GOOD.replace("out: o", ""), "out: is missing"),
        (GOOD + "columns: {omim: x}", "omim: there is no such field. Did you mean omim_id"),
        (GOOD + "defaults: {patient: x}", "patient: there is no such field"),
        (GOOD + "bare_ages: years", "bare_ages"),
        (GOOD + "sex_codes: {1: man}", "sex_codes"),
        (GOOD.replace("name: a", "name: a, forbids: [uploads]"), "Did you mean upload"),
        (GOOD.replace("name: a", "name: a, data_use: [7]"), "no code such as DUO"),
        (GOOD.replace("name: a", "name: a b"), "cohort.name"),
        (GOOD.replace("t.csv", "{file: t.csv, shet: A}"), "table.shet: there is no such key"),
    ],
)
def test_wrong_specs(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_build_spec(path)
    assert said in caught.value.message


def test_yaml_makes_nothing_else_of_a_word(tmp_path: Path) -> None:
    """NO is Norway and not false, 1.10 is not 1.1, and a day stays a day."""
    path = tmp_path / "spec.yaml"
    text = GOOD.replace("version: 1,", "version: 1.10, consent_expires: 2030-12-31,")
    path.write_text(text + "defaults: {country: NO}\nsex_codes: {1: male}\ncolumns:\n")
    spec = read_build_spec(path)
    assert spec.cohort.version == "1.10"
    assert spec.cohort.consent_expires == "2030-12-31"
    assert spec.defaults == {"country": "NO"}
    assert spec.sex_codes == {"1": "male"}


def test_paths_are_as_seen_from_the_spec(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(GOOD)
    spec = read_build_spec(path)
    assert spec.table.file == tmp_path / "t.csv"
    assert spec.pictures == (str(tmp_path / "photos"),)


def test_the_starting_spec_can_be_read_and_knows_the_table(tmp_path: Path) -> None:
    write_starting_spec(tmp_path / "plain.yaml", None, None)
    assert read_build_spec(tmp_path / "plain.yaml").columns == {}
    (tmp_path / "data").mkdir()
    table = tmp_path / "data" / "t.csv"
    table.write_text("Foto,Alter,e-mail,light\n1.jpg,3,a@b.org,sun\n")
    write_starting_spec(tmp_path / "new.yaml", table, tmp_path / "data")
    spec = read_build_spec(tmp_path / "new.yaml")
    assert spec.columns == {"picture": "Foto", "age": "Alter"}
    assert spec.table.file.resolve() == table
    assert "#  - e-mail   # looks as if it holds e-mail" in (tmp_path / "new.yaml").read_text()
    with pytest.raises(UsageError, match="is there already"):
        write_starting_spec(tmp_path / "new.yaml", None, None)
