"""A table with every kind of mess, whose truth is known: each value is proved."""

from __future__ import annotations

import pytest

from rdface.cohort import check_cohort, load_cohort
from rdface.cohort.picture_metadata import find_metadata

pytestmark = pytest.mark.weights

HEADER = (
    "Foto;Pat.;Surname;Krankheit;MIM;Orpha;gene;Geschlecht;Alter;Land;Merkmale;Einwilligung;Licht"
)
# Each row, and what it must come to: condition, sex, age, country, terms. None: left out.
ROWS: list[tuple[str, tuple[str, ...] | None]] = [
    (
        "01.jpg;P1;Muster;Aarskog-Scott syndrome;305400;;;m;6y 4 months;Germany;Hypertelorism;yes;",
        ("AAR", "male", "P6Y4M", "DE", "HP:0000316"),
    ),
    (
        "02.jpg;P1;Muster;aarskog scott SYNDROME;;915;fgd1;;7y;UK;HP:0000318;yes;sun",
        ("AAR", "male", "P7Y", "GB", "HP:0000275"),
    ),
    (
        "03;P2;Beispiel;Apert syndrome;#101200;;FGFR2;w;18 mo;Turkey;;yes;",
        ("APERT", "female", "P1Y6M", "TR", ""),
    ),
    ("04.JPG;P3;;Apert;;;;girl;newborn;Türkiye;;yes;", ("APERT", "female", "P0D", "TR", "")),
    (
        "05.jpg;P4;;Apert syndrome;;ORPHA:87;;boy;2 1/2;Holland;;yes;",
        ("APERT", "male", "P2Y6M", "NL", ""),
    ),
    (
        "06.jpg;P5;;Noonan;MIM:163950;;PTPN11;f;5 wks;Ivory Coast;low set ears, ptosis;yes;",
        ("NS", "female", "P5W", "CI", "HP:0000369|HP:0000508"),
    ),
    (
        "07.jpg;P6;;;163950.0;;;weiblich;6,5 Jahre;England;HP:0000369 (Low-set ears);yes;",
        ("NS", "female", "P6Y6M", "GB", "HP:0000369"),
    ),
    (
        "08.jpg;P7;;Down's syndrome;;;;männlich;3 ans et 2 mois;Côte d'Ivoire;;yes;",
        ("OMIM-190685", "male", "P3Y2M", "CI", ""),
    ),
    (
        "09.jpg;P8;;Silver-Russell syndrome;;;;M;2;Kosovo;Triangular face;yes;",
        ("ORPHA-813", "male", "P2Y", "XK", "HP:0000325"),
    ),
    (
        "10.jpg;P9;;Cornelia de Lange syndrome;122470;ORPHA:199;NIPBL;F;4 años;ES;Synophrys;yes;",
        ("CDLS", "female", "P4Y", "ES", "HP:0000664"),
    ),
    ("11.jpg;P10;;Kabuki;;;;f;unknown;n/a;;yes;", ("KABUK", "female", "", "", "")),
    (
        "12.jpg;P11;;Williams-Beuren syndrome;194050;;ELN;m;18 M;Congo;;yes;",
        ("WBS", "male", "P1Y6M", "CD", ""),
    ),
    (
        "13.jpg;P12;;Williams-Beuren syndrome;194050;;ELN;x;about 3 years;Germny;;yes;",
        ("WBS", "", "P3Y", "DE", ""),
    ),
    ("14.jpg;P13;;Apert syndrome;305400;;;f;3y;USA;;yes;", ("APERT", "female", "P3Y", "US", "")),
    (
        "15.jpg;P14;;Syndrome of our valley;;;;f;3y;People's Republic of China;;yes;",
        ("own-syndrome-of-our-valley", "female", "P3Y", "CN", ""),
    ),
    (
        "16.jpg;P15;;KBG syndrome;;;;f;3y;US;hypertelorisme;yes;",
        ("KBG", "female", "P3Y", "US", "HP:0000316"),
    ),
    ("17.jpg;P16;;KBG syndrome;;;;f;3y;NA;no ptosis; ;", ("KBG", "female", "P3Y", "NA", "")),
    ("18.jpg;P17;;KBG syndrome;;;;f;130 years;FR;;yes;", ("KBG", "female", "", "FR", "")),
    ("19.jpg;P18;;KBG syndrome;;;MLL2;f;1 yr;FR;;yes;", None),
    ("20.jpg;P-19;;KBG syndrome;;;;f;1 yr;FR;;yes;", ("KBG", "female", "P1Y", "FR", "")),
    ("21.jpg;p19;;KBG syndrome;;;;;2 yr;FR;;yes;", ("KBG", "female", "P2Y", "FR", "")),
    ("22.jpg;P20;;KBG syndrome;;;;m;1 yr;FR;;yes;", ("KBG", "female", "P1Y", "FR", "")),
    ("23.jpg;P20;;KBG syndrome;;;;f;2 yr;FR;;yes;", ("KBG", "female", "P2Y", "FR", "")),
    ("24.jpg;P21;;KBG syndrome;;;;f;2 yr;FR;;yes;", ("KBG", "female", "P2Y", "FR", "")),
    ("24.jpg;P21;;KBG syndrome;;;;f;2 yr;FR;;yes;", None),
    ("25.jpg;P22;;KBG syndrome;;;;f;3 yr;FR;;yes;", None),
    ("25.jpg;P22;;KBG syndrome;;;;f;4 yr;FR;;yes;", ("KBG", "female", "P4Y", "FR", "")),
    ("same.jpg;P23;;KBG syndrome;;;;f;4 yr;FR;;yes;", ("KBG", "female", "P4Y", "FR", "")),
    ("nowhere.jpg;P24;;KBG syndrome;;;;f;4 yr;FR;;yes;", None),
    (";P25;;KBG syndrome;;;;f;4 yr;FR;;yes;", None),
    ("broken.jpg;P26;;KBG syndrome;;;;f;4 yr;FR;;yes;", None),
    ("phone.heic;P27;;KBG syndrome;;;;f;4 yr;FR;;yes;", None),
    ("26.jpg;;;KBG syndrome;;;;f;4 yr;FR;;yes;", ("KBG", "female", "P4Y", "FR", "")),
]
ANSWERS = {
    "condition: Apert": "1",
    "age: 2 1/2": "P2Y6M",
    "age: 2": "2 years",
    "condition: Noonan | OMIM:163950 | PTPN11": "NS",
    "condition: Kabuki": "OMIM:147920",
    "age: 18 M": "1",
    "country: Congo": "CD",
    "sex: x": "empty",
    "age: about 3 years": "1",
    "country: Germny": "Deutschland",
    "condition: Apert syndrome | OMIM:305400": "APERT",
    "condition: Syndrome of our valley": "keep",
    "hpo_terms: hypertelorisme": "hypertelorism",
    "country: NA": "1",
    "hpo_terms: no ptosis": "empty",
    "age: 130 years": "empty",
    "genes: MLL2": "drop",
    "patient: P-19 / p19": "one patient",
    "differs within a patient": "female",
    "several rows": "row 28",
    "picture: same.jpg": "b/same.jpg",
    "picture: nowhere.jpg": "drop",
    "row without a picture": "drop",
    "row without a patient": "keep",
    "picture: broken.jpg": "drop",
    "picture: phone.heic": "drop",
    "picture: spare.jpg": "drop",
    "picture: a/same.jpg": "drop",
}


def test_every_value_of_a_messy_table(source) -> None:  # noqa: ANN001
    names = [f"{n:02d}.jpg" for n in range(1, 27)]
    source.pictures([*names, "a/same.jpg", "b/same.jpg", "spare.jpg", "sub/.hidden.jpg"])
    (source.root / "photos" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    (source.root / "photos" / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic")
    source.table(HEADER, *(row for row, _ in ROWS), encoding="utf-8-sig")
    source.say(columns={"patient": "Pat.", "hpo_terms": "Merkmale"}, extra_columns=["Licht"])
    before = {path: path.read_bytes() for path in source.root.rglob("*") if path.is_file()}

    first = source.build()
    assert first.cohort is None
    assert not (source.root / "cohort").exists()
    assert source.open() >= {name for name in ANSWERS if ": " in name} - {"picture: a/same.jpg"}
    # One question a distinct value; what follows from answers is asked when they are there.
    for _ in range(3):
        here = {name: text for name, text in ANSWERS.items() if _is_asked(source, name)}
        source.answer(here, delimiter=";")
        built = source.build()
        if built.cohort is not None:
            break
    assert built.cohort is not None, source.open()
    assert check_cohort(source.root / "cohort") == []

    kept = [truth for _, truth in ROWS if truth is not None]
    images = load_cohort(source.root / "cohort").images
    columns = ["condition", "sex", "age", "country", "hpo_terms"]
    assert [tuple(row) for row in images[columns].to_numpy()] == kept
    assert images["Licht"].tolist() == ["", "sun", *[""] * (len(kept) - 2)]
    assert images["image_id"].str.fullmatch(r"img-[a-z2-9]{10}").all()
    assert images["patient_id"].str.fullmatch(r"pat-[a-z2-9]{10}").all()
    same = images["patient_id"].tolist()
    assert same[0] == same[1]  # P1
    assert len(set(same)) == len(kept) - 3  # P1, P19, P20 have two pictures each

    # Nothing of the source is altered, and nothing that names anybody is in the cohort.
    for path, data in before.items():
        assert path.read_bytes() == data, path
    text = "".join(
        path.read_text() for path in (source.root / "cohort").iterdir() if path.is_file()
    )
    for private in ("Muster", "Beispiel", "01.jpg", "same.jpg", "P-19"):
        assert private not in text
    for image in built.cohort.image_ids:
        assert find_metadata(built.cohort.path(image).read_bytes()) == ()
    assert set(images["metadata_removed"]) == {"exif|gps"}

    # Said, not silent: one line for each change.
    said = {(row["field"], row["value"][1:-1]): row["said"] for row in source.rows()}
    assert said["country", "Turkey"] == "→ TR: Türkiye"
    assert "HP:0000318 is no longer used; now Narrow face" in said["hpo_terms", "HP:0000318"]
    assert "by its file name in other case" in said["picture", "04.JPG"]
    assert said["column", "Surname"] == "not carried over: holds names"
    assert said["column", "Alter"].startswith("→ age: by its header")
    assert any(kind == "doubled" for kind in (row["kind"] for row in source.rows()))

    # Again: the same cohort; and the private files are closed to others.
    again = source.build()
    assert again.unchanged
    assert again.cohort is not None
    assert again.cohort.sha256 == built.cohort.sha256
    for name in ("review.csv", "ids.json", "source.csv", "pictures.jsonl"):
        assert (source.root / "private" / name).stat().st_mode & 0o777 == 0o600
    assert (source.root / "private").stat().st_mode & 0o777 == 0o700
    assert "Muster" in (source.root / "private" / "source.csv").read_text()
    assert not (source.root / "private" / "pictures").exists()


def _is_asked(source, name: str) -> bool:  # noqa: ANN001
    rows = source.rows()
    return any(name in (f"{row['field']}: {row['value'][1:-1]}", row["kind"]) for row in rows)
