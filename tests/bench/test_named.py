"""A name with options reads the same in short and at length."""

from __future__ import annotations

import pydantic
import pytest

from rdface.bench.named import Named


def test_a_line_is_a_mapping_with_a_name() -> None:
    assert Named.model_validate("lda") == Named.model_validate({"name": "lda"})
    named = Named.model_validate({"name": "lda", "label": "wide", "dim": 64})
    assert (named.title, named.options) == ("wide", {"dim": 64})
    assert Named.model_validate("lda").title == "lda"


def test_a_label_that_is_no_part_of_a_folder_name_is_refused() -> None:
    with pytest.raises(pydantic.ValidationError):
        Named.model_validate({"name": "lda", "label": "../up"})
