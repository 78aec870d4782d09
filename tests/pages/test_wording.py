"""Numbers as the report writes them."""

from __future__ import annotations

import pytest

from rdface.pages.wording import count, interval, listed, p_value, signed_interval, signed_points


def test_differences_carry_a_sign_and_a_true_minus() -> None:
    assert signed_points(0.042) == "+4.2"
    assert signed_points(-0.042) == "\u22124.2"
    assert signed_points(-0.0001) == "0.0"
    assert signed_interval(-0.01, 0.03) == "\u22121.0 to +3.0"


def test_an_interval_that_is_not_known_is_not_written() -> None:
    assert interval(0.201, 0.275) == "20.1–27.5"
    assert interval(None, None) == ""


@pytest.mark.parametrize(("p", "text"), [(0.0004, "< 0.001"), (0.0123, "0.012"), (1.0, "1.000")])
def test_p_values_are_those_of_journals(p: float, text: str) -> None:
    assert p_value(p) == text


def test_one_is_one_and_many_are_many() -> None:
    assert count(1, "image") == "1 image"
    assert count(2345, "image") == "2,345 images"
    assert count(2, "country", "countries") == "2 countries"


def test_lists_end_in_and() -> None:
    assert [listed(n) for n in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
