"""What is written comes back: rows in order, unknown columns kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rdface.cohort import Cohort, load_cohort, write_cohort
from rdface.errors import CohortError

printable = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=8)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)), notes=st.lists(printable, min_size=4, max_size=4))
def test_order_and_unknown_columns_survive_a_round_trip(
    make_cohort: Callable[..., Cohort], order: list[int], notes: list[str]
) -> None:
    cohort = make_cohort(conditions=2, patients=2, size=4)
    images = cohort.images.iloc[order].assign(**{"clinic note, private": notes})
    written = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    again = load_cohort(cohort.root)
    assert list(again.images["image_id"]) == list(images["image_id"])
    assert list(again.images["clinic note, private"]) == notes
    assert again.sha256 == written.sha256


def test_unknown_keys_of_the_metadata_survive(make_cohort: Callable[..., Cohort]) -> None:
    cohort = make_cohort(conditions=1, patients=1)
    info = cohort.info.model_copy(update={"registry_number": "R-17"})
    write_cohort(cohort.root, info, cohort.images, cohort.conditions)
    assert load_cohort(cohort.root).info.model_dump()["registry_number"] == "R-17"


def test_the_hash_names_the_pictures(make_cohort: Callable[..., Cohort]) -> None:
    one, other = make_cohort(seed=1, folder="a"), make_cohort(seed=2, folder="b")
    same = make_cohort(seed=1, folder="c")
    assert one.sha256 == same.sha256 != other.sha256


def test_a_condition_called_na_is_no_missing_value(make_cohort: Callable[..., Cohort]) -> None:
    cohort = make_cohort(conditions=1, patients=1)
    images = cohort.images.assign(condition="NA")
    conditions = cohort.conditions.assign(condition="NA")
    again = write_cohort(cohort.root, cohort.info, images, conditions)
    assert again.condition_ids == ("NA",)


def test_a_bad_table_is_refused_and_the_old_one_kept(make_cohort: Callable[..., Cohort]) -> None:
    cohort = make_cohort(conditions=1, patients=2)
    with pytest.raises(CohortError, match="row 2, column age"):
        write_cohort(cohort.root, cohort.info, cohort.images.assign(age="old"), cohort.conditions)
    assert load_cohort(cohort.root).sha256 == cohort.sha256


def test_missing_standard_columns_are_written_empty(make_cohort: Callable[..., Cohort]) -> None:
    cohort = make_cohort(conditions=1, patients=2)
    images = pd.DataFrame(
        cohort.images[["image_id", "file", "patient_id", "condition"]].assign(
            country=[np.nan, "DE"]
        )
    )
    again = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    assert list(again.images["country"]) == ["", "DE"]
    assert set(again.images["consent"]) == {""}
