"""The published split, id by id: a golden file, and scikit-learn called as a notebook calls it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold, train_test_split

from rdface.protocols import PROTOCOLS
from rdface.protocols.by_image import divide_by_image
from rdface.protocols.division import Division

# Conditions in the order of the table (not of the alphabet) and how many images each has: 456.
SIZES = """
AAR:4 AFD1:6 ALGS:5 MAN1:1 ATRX:6 AS:3 APERT:5 BRPS:5 BSS:6 BWS:5 BPES:5 BOS:4 BOFS:5 CFC:1 CRPT:3
CHARGE:5 ADP1:7 DEL2Q37:5 CCD:6 CSA:5 CSB:5 CLS:6 CSS:5 COH:4 CDLS:4 COST:4 CFNS:6 CDC:3 CROUZ:5
DGS:3 DUBS:7 XLHED:6 EMAN:5 FHS:5 FXS:5 FRASRS:5 FMD:3 FRNS:4 GADEVS:6 GLASS:3 HJCYS:4 HSS:6
HVDAS:3 MPS1:5 HGPS:3 HDDS:3 JBS:5 KABUK:6 KOS:8 KBG:2 KLEFS1:5 KDVS:1 LOWE:7 MALNS:3 MRSHL:4
MRSHSS:6 MHS1:5 MOEB:2 MWS:3 ML2:1 MPS4A:3 MPS3A:8 MPS7:1 MPS2:4 MPS6:6 MNKES:5 MYHRS:5 NCBRS:6
NS:4 ODDD:2 OHDO:3 GBBB:4 OFD1:5 OPD1:4 PHS:6 PKS:4 PTRPLS:3 PFEIF:6 PHMDS:4 PTHS:7 PWS:3 PYCD:3
DRS1:8 RRS:4 RTS2:3 RSTS:4 SCS:5 SGS:3 SCKL:5 SGBS:6 SLOS:5 SMS:6 SOTOS:5 STL1:4 TBRS:4 TCS:4 WS1:2
WS3:3 WVS:5 WRS:5 WDSTS:5 WBS:3 WHS:3
"""
GOLDEN = Path(__file__).with_name("published_split.json")


def published_table() -> pd.DataFrame:
    """As disease_images.csv lists them."""
    rows = [
        (f"{name}.{n}.jpg", f"Disease {name}", name)
        for name, size in (part.split(":") for part in SIZES.split())
        for n in range(1, int(size) + 1)
    ]
    return pd.DataFrame(rows, columns=["image_name", "disease_name", "disease_abbr"])


def as_a_notebook(table: pd.DataFrame) -> tuple[list[str], list[tuple[list[str], list[str]]]]:
    """Pandas and scikit-learn alone: numbered labels, single ones first, two stratified draws."""
    table = table.assign(label=pd.factorize(table["disease_name"])[0])

    def grouped(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Rows alone in their label and the others, each by label in order of appearance."""
        order = pd.factorize(frame["label"])[0]
        frame = frame.iloc[order.argsort(kind="stable")]
        size = frame["label"].map(frame["label"].value_counts())
        return frame[size == 1], frame[size > 1]

    single, several = grouped(table)
    training, test = train_test_split(
        several, test_size=0.25, random_state=42, stratify=several["label"]
    )
    single, several = grouped(pd.concat([single, training]))
    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=42)
    names, alone = several["image_name"].to_numpy(), list(single["image_name"])
    return list(test["image_name"]), [
        ([*names[train], *alone], list(names[validation]))
        for train, validation in folds.split(names, several["label"])
    ]


def as_rdface(names: Sequence[str], conditions: Sequence[str]) -> pd.DataFrame:
    """The columns of images.csv that a protocol reads; one patient an image."""
    ids = [name.removesuffix(".jpg") for name in names]
    table = pd.DataFrame({"image_id": ids, "patient_id": ids, "condition": list(conditions)})
    return table.assign(sha256=[f"{n:064x}" for n in range(len(ids))], synthetic_of="")


def divide(condition_of: Mapping[str, str], joining: Mapping[str, str] | None = None) -> Division:
    """As the protocol does, of id -> condition."""

    def frame(of: Mapping[str, str]) -> pd.DataFrame:
        return pd.DataFrame({"image_id": list(of), "condition": list(of.values())})

    extra = None if joining is None else frame(joining)
    return divide_by_image(frame(condition_of), seed=42, folds=5, test_share=0.25, joining=extra)


def ids(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.removesuffix(".jpg") for name in names)


def test_the_protocol_gives_the_golden_ids_in_their_order() -> None:
    """456 images, 103 conditions, five alone: 343 and 113, and five folds, id by id."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    table = published_table()
    split = PROTOCOLS.get("paper")(
        as_rdface(table["image_name"], table["disease_abbr"]), divide_by="image"
    )
    assert (len(table), table["disease_abbr"].nunique()) == (456, 103)
    assert len(golden["folds"]) == len(split.folds) == 5
    for fold, expected in zip(split.folds, golden["folds"], strict=True):
        assert list(fold.test) == golden["test"]
        assert list(fold.train) == expected["train"]
        assert list(fold.validation) == expected["validation"]
        assert (len(fold.development), len(fold.test)) == (343, 113)


@pytest.mark.filterwarnings("ignore:The least populated class")
def test_scikit_learn_called_as_a_notebook_gives_the_golden_ids() -> None:
    """Independent of rdface: tells a change of scikit-learn from a change of rdface."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    test, folds = as_a_notebook(published_table())
    assert list(ids(test)) == golden["test"]
    assert [[*map(ids, fold)] for fold in folds] == [
        [tuple(fold["train"]), tuple(fold["validation"])] for fold in golden["folds"]
    ]


@pytest.mark.filterwarnings("ignore:The least populated class")
@settings(max_examples=25)
@given(
    st.lists(st.integers(1, 7), min_size=12, max_size=40).flatmap(
        lambda sizes: st.permutations([c for c, size in enumerate(sizes) for _ in range(size)])
    )
)
def test_any_table_is_divided_as_a_notebook_divides_it(labels: list[int]) -> None:
    """Rows of a condition need not stand together, and images may be left alone by the draw."""
    names = [f"{label}.{row}.jpg" for row, label in enumerate(labels)]
    conditions = [f"C{label}" for label in labels]
    table = pd.DataFrame({"image_name": names, "disease_name": conditions})
    try:
        test, folds = as_a_notebook(table)
    except ValueError:
        return  # scikit-learn cannot divide so few
    made = divide(dict(zip(ids(names), conditions, strict=True)))
    assert made.test == ids(test)
    assert list(made.parts) == [(ids(train), ids(validation)) for train, validation in folds]


def test_an_image_left_alone_by_the_draw_is_never_validated() -> None:
    """Of a pair of which one is tested the other joins every training part."""
    sizes = {f"C{n}": 2 + (n % 2) * 4 for n in range(20)}
    condition_of = {f"{name}.{n}": name for name, size in sizes.items() for n in range(size)}
    made = divide(condition_of)
    tested = {condition_of[image] for image in made.test}
    left = {i for i, c in condition_of.items() if sizes[c] == 2 and c in tested} - set(made.test)
    assert left
    for train, validation in made.parts:
        assert left <= set(train)
        assert not left & set(validation)


def test_synthetic_images_stand_first_and_are_divided_too() -> None:
    """F2, as the notebooks do it: they change the folds and never the test set."""
    condition_of = {f"C{c}.{n}": f"C{c}" for c in range(20) for n in range(8)}
    joining = {f"C{c}_{n}": f"C{c}" for c in range(20) for n in range(10)}
    without, made = (
        divide(condition_of),
        divide(condition_of, joining=joining),
    )
    assert made.test == without.test
    validated = [image for _, validation in made.parts for image in validation]
    assert sorted(validated) == sorted({*condition_of, *joining} - set(made.test))
    assert sum("_" in image for image in validated) == 200
