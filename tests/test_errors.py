"""A fault of a file is told by its place and kind, never by what stands there."""

from __future__ import annotations

import pydantic
import pytest

from rdface.errors import first_fault


class _Inner(pydantic.BaseModel):
    seed: int


class _Outer(pydantic.BaseModel):
    runs: list[_Inner]


def test_the_first_fault_has_a_place_and_no_value() -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        _Outer.model_validate({"runs": [{"seed": 1}, {"seed": "P0042"}, {}]})
    assert first_fault(caught.value).startswith("runs.1.seed: ")
    assert "P0042" not in first_fault(caught.value)


def test_what_is_no_json_is_wrong_as_a_whole() -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        _Outer.model_validate_json("P0042")
    assert first_fault(caught.value).startswith("the whole: ")
    assert "P0042" not in first_fault(caught.value)
