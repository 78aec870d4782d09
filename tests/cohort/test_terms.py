"""A term that forbids an action refuses it by its name; what no term speaks of stays local."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from rdface.bench.opened import Opened, open_cohort
from rdface.cli.cohort import cohort as cohort_group
from rdface.cohort import Cohort, CohortInfo, write_cohort
from rdface.cohort.adapters import export_cohort
from rdface.cohort.terms import (
    LABELS,
    METHODS,
    REDISTRIBUTION,
    check_allowed,
    find_faults,
    inherited_terms,
)
from rdface.cohort.terms_upload import ALLOWING, ETHICS, FORBIDDING, OBLIGING
from rdface.errors import TermsError
from rdface.faces import locate_faces
from rdface.pages.figures.pool_sheet import write_pool_sheet
from rdface.phenotype.upload import check_upload
from rdface.screening import score_pool
from rdface.screening.audit import take_sides
from rdface.synthesis.labels import nearest_mean
from rdface.synthesis.pool.plan import check_trainable

Change = Callable[..., Cohort]
TODAY = date(2026, 11, 22)


@pytest.fixture
def real(make_cohort: Callable[..., Cohort]) -> Change:
    """A cohort of real people with keys of cohort.yaml, and columns filled in its second image."""
    cohort = make_cohort(conditions=2, patients=2)

    def change(columns: dict[str, str] | None = None, **keys: object) -> Cohort:
        images = cohort.images.copy()
        for name, value in (columns or {}).items():
            images[name] = ["", value, *[""] * (len(images) - 2)]
        content = cohort.info.model_dump() | {"simulated": False} | keys
        return write_cohort(
            cohort.root, CohortInfo.model_validate(content), images, cohort.conditions
        )

    return change


def test_every_code_that_a_rule_names_has_its_label() -> None:
    named = {*METHODS, *REDISTRIBUTION, *ALLOWING, *FORBIDDING, *OBLIGING, ETHICS}
    assert named == set(LABELS)


@pytest.mark.parametrize(
    ("action", "code"),
    [("methods", code) for code in METHODS] + [("redistribution", code) for code in REDISTRIBUTION],
)
def test_a_code_forbids_for_a_cohort_and_for_one_image(
    real: Change, action: str, code: str
) -> None:
    """With the code, its label and, where it is one image's, the image."""
    label = LABELS[code]
    with pytest.raises(TermsError, match=code) as caught:
        check_allowed(real(data_use=[code]), action)  # type: ignore[arg-type]
    assert label in caught.value.message and "image" not in caught.value.message
    assert caught.value.exit_code == 7
    with pytest.raises(TermsError, match=f"image C0_P1_0: {code}"):
        check_allowed(real({"data_use": code}), action)  # type: ignore[arg-type]


@pytest.mark.parametrize("action", ["methods", "redistribution", "upload"])
def test_the_word_of_forbids_is_named(real: Change, action: str) -> None:
    cohort = real(forbids=[action], data_use=["DUO:0000042"])
    with pytest.raises(TermsError, match=f"forbids: {action}"):
        check_allowed(cohort, action)  # type: ignore[arg-type]
    for other in {"use", "methods", "redistribution", "upload"} - {action}:
        check_allowed(cohort, other)  # type: ignore[arg-type]


def test_what_is_not_said_allows_local_work_and_no_upload(real: Change) -> None:
    for action in ("use", "methods", "redistribution"):
        check_allowed(real(), action)  # type: ignore[arg-type]
    with pytest.raises(TermsError, match="states no data-use terms"):
        check_allowed(real(), "upload")


def test_nothing_but_care_allows_no_methods(real: Change) -> None:
    with pytest.raises(TermsError, match="clinical care use"):
        check_allowed(real(data_use=["DUO:0000043"]), "methods")
    check_allowed(real(data_use=["DUO:0000043", "DUO:0000006"]), "methods")


@pytest.mark.parametrize("action", ["use", "methods", "redistribution", "upload"])
def test_consent_that_has_ended_forbids_everything(real: Change, action: str) -> None:
    """The last day still counts; then the cohort, or the one image, is named."""
    whole = real(consent_expires="2026-11-21", data_use=["DUO:0000042"])
    one = real({"consent_expires": "2026-11-21"}, data_use=["DUO:0000042"])
    for cohort, where in ((whole, "consent_expires"), (one, "image C0_P1_0: consent_expires")):
        check_allowed(cohort, action, today=date(2026, 11, 21))  # type: ignore[arg-type]
        with pytest.raises(TermsError, match=where):
            check_allowed(cohort, action, today=TODAY)  # type: ignore[arg-type]


def test_a_withdrawn_image_forbids_everything(real: Change) -> None:
    """Also in a table that never went through load_cohort, which refuses it."""
    cohort = real()
    images = cohort.images.assign(withdrawn=["2026-01-02", *[""] * (len(cohort) - 1)])
    with pytest.raises(TermsError, match="image C0_P0_0: withdrawn"):
        check_allowed(dataclasses.replace(cohort, images=images), "use")


def test_simulated_children_are_free(real: Change) -> None:
    check_allowed(
        real(simulated=True, forbids=["methods"], consent_expires="2000-01-01"), "methods"
    )


def test_an_image_may_narrow_the_terms_of_an_upload(real: Change) -> None:
    with pytest.raises(TermsError, match=r"image C0_P1_0: DUO:0000046"):
        check_upload(
            real({"data_use": "DUO:0000046"}, data_use=["DUO:0000042"]), "x", allow_upload=True
        )


def test_images_may_allow_what_the_cohort_is_silent_of(real: Change) -> None:
    cohort = real()
    images = cohort.images.assign(data_use="DUO:0000042")
    assert find_faults(dataclasses.replace(cohort, images=images), "upload") == []


def test_what_is_made_from_images_inherits_the_sum_of_their_terms(real: Change) -> None:
    cohort = real(
        {"data_use": "DUO:0000046|DUO:0000007", "consent_expires": "2030-01-01"},
        data_use=["DUO:0000007"],
        forbids=["upload"],
        consent_expires="2031-01-01",
    )
    assert inherited_terms(cohort) == {
        "data_use": ("DUO:0000007", "DUO:0000046"),
        "forbids": ["upload"],
        "consent_expires": "2030-01-01",
    }
    assert inherited_terms(real()) == {"data_use": ()}


def test_terms_of_several_cohorts_add_up(real: Change, make_cohort: Callable[..., Cohort]) -> None:
    """As those of training images and of unaffected children beside them."""
    first = real(forbids=["upload"], consent_expires="2031-01-01", permitted_use="teaching")
    second = make_cohort(conditions=1, folder="second")
    content = second.info.model_dump() | {"forbids": ["methods"], "consent_expires": "2029-05-01"}
    info = CohortInfo.model_validate(content | {"data_use": ["DUO:0000028"]})
    second = write_cohort(second.root, info, second.images, second.conditions)
    assert inherited_terms(first, second) == {
        "data_use": ("DUO:0000028",),
        "forbids": ["upload", "methods"],
        "permitted_use": "teaching",
        "consent_expires": "2029-05-01",
    }


def test_benchmarks_and_generators_ask_first(real: Change) -> None:
    cohort = real(forbids=["methods"])
    for enter in (
        lambda: open_cohort(str(cohort.root)),
        lambda: Opened(cohort, "yunet"),
        lambda: check_trainable(cohort),
        lambda: nearest_mean(cohort, cohort.image_ids),
        lambda: score_pool(cohort, cohort),
        lambda: take_sides(cohort, cohort),
    ):
        with pytest.raises(TermsError, match="forbids: methods"):
            enter()


def test_no_sheet_is_drawn_without_consent(real: Change, tmp_path: Path) -> None:
    with pytest.raises(TermsError, match="consent_expires"):
        write_pool_sheet(real(consent_expires="2001-01-01"), tmp_path / "sheet.png")


def test_no_face_is_looked_at_without_consent(real: Change) -> None:
    with pytest.raises(TermsError, match="consent_expires"):
        locate_faces(real(consent_expires="2001-01-01"))


def test_an_export_is_refused_and_the_copy_for_own_use_carries_the_terms(
    real: Change, tmp_path: Path
) -> None:
    cohort = real(data_use=["DUO:0000028"], ethics=["board 12"])
    with pytest.raises(TermsError, match=r"DUO:0000028 \(institution specific restriction\)"):
        export_cohort("rdface-real", cohort, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    made = export_cohort("rdface-real", cohort, tmp_path / "out", own_use=True)
    assert made.root == tmp_path / "out"
    terms = (tmp_path / "out" / "TERMS.txt").read_text()
    assert "DUO:0000028 (institution specific restriction)" in terms and "board 12" in terms
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


def test_the_command_leaves_with_exit_code_7(real: Change, tmp_path: Path) -> None:
    cohort = real(forbids=["redistribution"])
    command = ["cohort", "export", "rdface-real", str(cohort.root), "--out", str(tmp_path / "out")]
    refused = CliRunner().invoke(cohort_group, command[1:])
    assert isinstance(refused.exception, TermsError)
    assert refused.exception.exit_code == 7
    allowed = CliRunner().invoke(cohort_group, [*command[1:], "--for-own-use"])
    assert allowed.exit_code == 0, allowed.output
