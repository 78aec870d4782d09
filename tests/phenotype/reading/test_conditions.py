"""Names of conditions in a section's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.phenotype.reading.conditions import LONGEST, MOST, listed_conditions

THREE = ("Noonan syndrome", "Costello syndrome", "Turner syndrome")


@pytest.mark.parametrize(
    "text",
    [
        "Noonan syndrome\nCostello syndrome\nTurner syndrome",
        "- Noonan syndrome\n- Costello syndrome\n- Turner syndrome",
        "1. **Noonan syndrome** - wide-set eyes\n2. **Costello syndrome**: lips\n"
        "3. Turner syndrome (less likely)",
        "1. Noonan syndrome 2. Costello syndrome 3. Turner syndrome",
        "Noonan syndrome; Costello syndrome; Turner syndrome",
        "Noonan syndrome, Costello syndrome, or Turner syndrome.",
        "The features are suggestive of Noonan syndrome, Costello syndrome and Turner syndrome.",
        "Possible conditions:\n1) Noonan syndrome\n2) Costello syndrome\n3) Turner syndrome\n"
        "Genetic testing decides.",
        "* Noonan syndrome\n* Costello syndrome\n* Turner syndrome\n* noonan syndrome",
    ],
)
def test_one_list_in_many_styles_is_one_list(text: str) -> None:
    assert listed_conditions(text) == THREE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "None",
        "None.",
        "N/A",
        "No specific condition is suspected.",
        "Not assessable",
        "- None",
        "No features suggest a syndrome, such as Noonan syndrome.",
        "Cannot be determined from the photograph.",
    ],
)
def test_none_is_an_empty_list(text: str) -> None:
    assert listed_conditions(text) == ()


@given(st.text(max_size=400))
def test_any_text_gives_few_short_names_each_once(text: str) -> None:
    names = listed_conditions(text)
    assert len(names) <= MOST and len({name.lower() for name in names}) == len(names)
    assert all(name.strip() == name and 0 < len(name) <= LONGEST for name in names)
