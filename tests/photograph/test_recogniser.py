"""One photograph: what is found follows from it alone, nothing is kept, and mistakes are told."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from rdface.cohort import Cohort
from rdface.errors import ImageError, TermsError, UsageError
from rdface.photograph import Recogniser


def _files(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}


@pytest.mark.weights
def test_an_answer_ranks_every_condition_and_leaves_no_trace(
    recogniser: Recogniser, stranger: bytes, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file in the cache is new or other than before, and none is opened to be written."""
    before = _files(own_cache)
    opened: list[str] = []
    keep = io.open

    def watched(file: object, mode: str = "r", *rest: object, **more: object) -> object:
        if set(mode) & set("wax+"):
            opened.append(str(file))
        return keep(file, mode, *rest, **more)  # type: ignore[call-overload]

    monkeypatch.setattr("builtins.open", watched)
    monkeypatch.setattr("io.open", watched)
    answer = recogniser.answer(stranger, sex="female", age=4.5, simulated=True)
    assert not opened
    assert _files(own_cache) == before
    assert sorted(answer.fits.order.tolist()) == list(range(8))
    assert (np.diff(answer.fits.fit[answer.fits.order]) <= 0).all()
    assert 0 < answer.fits.fit.min() <= answer.fits.fit.max() <= 1
    assert len(answer.neighbours.cases) == 6
    assert len(answer.measured.deviations) > 20
    assert answer.trust.n_patients == recogniser.cohort.images["patient_id"].nunique()


@pytest.mark.weights
def test_the_same_photograph_has_the_same_answer(recogniser: Recogniser, stranger: bytes) -> None:
    one, two = (recogniser.answer(stranger) for _ in range(2))
    assert one.fits.fit.tolist() == two.fits.fit.tolist()
    assert one.fits.familiarity == two.fits.familiarity


@pytest.mark.weights
def test_a_picture_of_the_cohort_is_sent_to_its_page(recogniser: Recogniser) -> None:
    """It would find itself; and the same picture saved anew is at least told of."""
    cohort = recogniser.cohort
    path = cohort.path(cohort.image_ids[0])
    with pytest.raises(UsageError, match=f"own image {cohort.image_ids[0]}"):
        recogniser.answer(path.read_bytes())
    again = io.BytesIO()
    PIL.Image.open(path).save(again, "PNG")
    assert recogniser.answer(again.getvalue()).same_person


@pytest.mark.weights
def test_what_is_no_face_or_too_large_is_said(recogniser: Recogniser, stranger: bytes) -> None:
    wall = io.BytesIO()
    PIL.Image.new("RGB", (120, 90), (90, 120, 150)).save(wall, "PNG")
    with pytest.raises(ImageError, match="No face"):
        recogniser.answer(wall.getvalue())
    with pytest.raises(ImageError, match="no image"):
        recogniser.answer(b"GIF")
    with pytest.raises(ImageError, match="more than 1,000 pixels"):
        recogniser.answer(stranger, max_pixels=1000)


@pytest.mark.weights
def test_terms_and_too_few_patients_are_refused(recogniser: Recogniser) -> None:
    """By the term's name, before anything is measured."""
    cohort, rest = recogniser.cohort, (recogniser.faces, recogniser.embeddings, recogniser.backbone)
    closed = cohort.info.model_copy(update={"simulated": False, "data_use": ("DUO:0000015",)})
    with pytest.raises(TermsError, match="no general methods research"):
        Recogniser.of(replace(cohort, info=closed), *rest)
    few: Cohort = replace(cohort, images=cohort.images.iloc[:4].reset_index(drop=True))
    with pytest.raises(UsageError, match="ten or more"):
        Recogniser.of(few, *rest)
