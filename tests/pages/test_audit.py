"""The page of an audit says what was found, marks what it shows, and shows no patient unasked."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rdface.pages.audit import render_audit
from rdface.pages.audit_words import (
    memory_rows,
    realism_rows,
    said_of_controls,
    said_of_copies,
    written,
)
from rdface.screening.audit import Audit, Audited
from rdface.screening.audit.schema import (
    Copies,
    Diversity,
    Fidelity,
    Memory,
    Number,
    Pair,
    Realism,
)
from tests.screening.audit.world import sides_of

SHARE = Number(value=0.565, low=0.522, high=0.607)
NONE = Number(value=None)


def record(*, simulated: bool = True, empty: bool = False) -> Audit:
    about = {"name": "pool<1>", "sha256": "0" * 64, "simulated": simulated, "generator": "morph"}
    return Audit(
        pool=about | {"generator_seed": 0},
        real={"name": "real", "version": "1", "simulated": simulated, "licence": "CC0-1.0"},
        settings={
            "backbones": ["toy"],
            "identity": "sface",
            "detector": "yunet",
            "false_alarms": 0.05,
            "size": 128,
        },
        counts={
            "synthetic": 515,
            "conditions": 6,
            "training": 24,
            "training_patients": 24,
            "held_out": 12,
            "held_out_patients": 12,
        },
        notes=("Of 515 generated images 3 are blank.",),
        realism=()
        if empty
        else tuple(
            Realism(
                reference="held-out",
                backbone="toy",
                metric=metric,
                number=Number(value=0.0123, low=0.01, high=0.015),
                floor=Number(value=0.0, low=-0.001, high=0.002),
                n=92,
                n_patients=76,
            )
            for metric in ("mmd", "precision", "density")
        ),
        diversity=()
        if empty
        else (
            Diversity(
                measure="Vendi score",
                over="pool",
                features="toy",
                synthetic=SHARE,
                real=SHARE,
                difference=NONE,
                n=9,
                n_patients=8,
                n_conditions=3,
            ),
        ),
        fidelity=()
        if empty
        else (
            Fidelity(
                faces="synthetic",
                against="training",
                measure="correlation",
                own=SHARE,
                other=-0.004,
                difference=SHARE,
                rank=0.9,
                p_value=0.0005,
                n=515,
                n_conditions=6,
            ),
        ),
        memorisation=()
        if empty
        else (
            Memory(
                view="identity",
                measure="membership AUC",
                number=Number(value=0.75, low=0.64, high=0.84),
                expected=Number(value=0.5),
                p_value=None,
                n_synthetic=515,
                n_training=20,
                n_held_out=12,
                n_patients=30,
                higher_is_worse=True,
            ),
            Memory(
                view="pixels",
                measure="C_T",
                number=Number(value=-9.5),
                expected=Number(value=0.0),
                p_value=1e-20,
                n_synthetic=515,
                n_training=20,
                n_held_out=12,
                n_patients=30,
                higher_is_worse=False,
            ),
        ),
        copies=None
        if empty
        else Copies(
            false_alarms=0.05,
            near_threshold=0.84,
            copy_threshold=0.36,
            copies=SHARE,
            near_copies=Number(value=0.788, low=0.751, high=0.821),
            held_out=Number(value=0.033, low=0.011, high=0.092),
            mixtures=Number(value=0.05, low=0.027, high=0.09),
            n_copies=291,
            n_near_copies=406,
            n_other_condition=288,
            training_patients=155,
            n_synthetic=515,
            n_held_out=92,
            n_mixtures=200,
        ),
        pairs=()
        if empty
        else (
            Pair(
                image_id="s000",
                condition="C0",
                training_id="t000",
                held_out_id="h000",
                closeness=0.02,
                identity=(0.01, 0.33),
                pixels=(0.01, 0.38),
                grade="copy",
                why="closest",
            ),
        ),
        seconds={"realism": 1.0},
        versions={"numpy": "2"},
    )


def audited(*, simulated: bool = True, empty: bool = False) -> Audited:
    import pandas as pd

    rng = np.random.default_rng(0)
    values = {} if empty else {"synthetic": rng.random(50), "mixtures": rng.random(20)}
    closeness = {
        name: values.get(name, np.empty(0))
        for name in ("synthetic", "held-out", "training", "mixtures")
    }
    return Audited(record(simulated=simulated, empty=empty), pd.DataFrame(), sides_of(), closeness)


def test_the_page_says_what_was_found() -> None:
    page = render_audit(audited(), show_pairs=False)
    for text in ("56.5 %", "[52.2, 60.7]", "291 copies among 515 faces", "0.75", "12.3"):
        assert text in page
    assert "the pool remembers them" in page
    assert "differ more than two sets of real people do" in page
    assert "Of 515 generated images 3 are blank" in page
    assert page == render_audit(audited(), show_pairs=False)


def test_the_page_is_marked_self_contained_and_escaped() -> None:
    page = render_audit(audited(), show_pairs=False)
    assert "Every face behind this page is simulated or synthetic" in page
    assert not re.search(r'(src|href)="https?:', page) and "<script" not in page
    assert "pool&lt;<wbr>1" in page or "pool&lt;1&gt;" in page
    assert "diagnos" not in page.lower()


def test_real_faces_are_shown_if_asked_for_only() -> None:
    """Neither photographs nor what was made from them; pictures are not even opened."""
    page = render_audit(audited(simulated=False))
    assert "<img" not in page and "It shows no picture" in page and "--show-pairs" in page
    with pytest.raises(Exception, match="s000 cannot be read"):  # there are no pictures
        render_audit(audited(simulated=False), show_pairs=True)


def test_an_audit_that_could_judge_nothing_has_a_page() -> None:
    page = render_audit(audited(empty=True))
    assert "No generated face could be compared" in page and "too few faces" in page


def test_numbers_in_words() -> None:
    assert written(Number(value=-0.004, low=-0.1, high=0.2), 2) == "0.00 [\u22120.10, 0.20]"
    assert written(NONE, 2) == "–"
    header, rows = realism_rows(record())
    assert rows[0][header.index("generated")] == "12.3 [10.0, 15.0]"
    assert memory_rows(record())[1][1][4] == "< 0.0001"
    assert "288 of them of a patient with another condition" in said_of_copies(record())
    assert "155 training patients" in said_of_copies(record())


def test_what_is_said_of_copies_is_whole_without_held_out_faces() -> None:
    """Where everybody taught, the sentence on mixtures stands by itself."""
    whole = record()
    assert "3.3 % [1.1, 9.2] would be called at least a near copy, of 200 mixtures of two" in (
        said_of_copies(whole)
    )
    assert whole.copies is not None
    nobody = whole.copies.model_copy(update={"n_held_out": 0, "held_out": NONE})
    said = said_of_copies(whole.model_copy(update={"copies": nobody}))
    assert said.endswith(
        "]. Of 200 mixtures of two training faces 5.0 % [2.7, 9.0] would be called a copy."
    )


def test_what_is_said_of_controls_says_no_more_than_was_found() -> None:
    """All thresholds, no grade "copy", and none at all."""
    found = record().copies
    assert found is not None
    said = said_of_controls(found)
    assert "291 copies among 515 faces" in said and "of 155 children" in said
    few = found.model_copy(update={"copy_threshold": None})
    assert "291" not in said_of_controls(few) and "78.8 %" in said_of_controls(few)
    none = found.model_copy(update={"near_threshold": None})
    assert "too few controls" in said_of_controls(none)
