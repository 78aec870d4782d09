"""What a filter lets through, and how it stands in an address."""

from __future__ import annotations

import math
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.cohort import age_in_years, load_cohort
from rdface.errors import UsageError
from rdface.web.reading.catalogue import Catalogue
from rdface.web.reading.gallery import Filters, read_gallery

WHOLE = load_cohort("sim103")
SHIPPED = replace(WHOLE, images=WHOLE.images.head(90))
CATALOGUE = Catalogue.of(SHIPPED)
ROWS = SHIPPED.images.to_dict("records")
few = settings(max_examples=30)


def _some(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *(choice.value for choice in CATALOGUE.choices[name])])


AGES = st.none() | st.integers(0, 20).map(float) | st.sampled_from([0.5, 2.25])
FILTERS = st.builds(
    Filters,
    condition=_some("condition"),
    term=_some("term"),
    sex=_some("sex"),
    ancestry=_some("ancestry"),
    country=_some("country"),
    age_from=AGES,
    age_to=AGES,
    page=st.integers(1, 4),
)


def _matches(row: int, filters: Filters) -> bool:
    """The same, said of one row of ``images.csv``."""
    about = ROWS[row]
    years = age_in_years(about["age"])
    return (
        filters.condition in ("", about["condition"])
        and filters.sex in ("", about["sex"])
        and filters.ancestry in ("", about["ancestry"])
        and filters.country in ("", about["country"])
        and (not filters.term or filters.term in about["hpo_terms"].split("|"))
        and (filters.age_from is None or years >= filters.age_from)
        and (filters.age_to is None or years < filters.age_to + 1)
    )


@few
@given(FILTERS)
def test_pages_show_what_matches_each_image_once_and_in_order(filters: Filters) -> None:
    wanted = [image_id for row, image_id in enumerate(SHIPPED.image_ids) if _matches(row, filters)]
    shown: list[str] = []
    query: str | None = filters.query(page=None)
    while query is not None:  # walk along the links, as a reader does
        page = read_gallery(CATALOGUE, Filters(**dict(parse_qsl(query[1:]))), size=31)
        assert page.n_images == len(wanted)
        assert (page.first, page.last) == (len(shown) + bool(wanted), len(shown) + len(page.cards))
        shown += [card.image_id for card in page.cards]
        query = page.following
    assert shown == wanted
    assert page.n_patients == len({CATALOGUE.card(image_id).patient_id for image_id in wanted})


@few
@given(FILTERS)
def test_an_address_gives_the_filters_back(filters: Filters) -> None:
    assert Filters(**dict(parse_qsl(filters.query()[1:]))) == filters


@few
@given(FILTERS)
def test_taking_a_chip_off_takes_that_filter_off_and_no_other(filters: Filters) -> None:
    chips = read_gallery(CATALOGUE, filters).chips
    assert len(chips) == len(filters.set)
    for name, chip in zip(filters.set, chips, strict=True):
        left = Filters(**dict(parse_qsl(chip.without[1:])))
        assert left.set == {key: value for key, value in filters.set.items() if key != name}


def test_what_is_not_known_can_be_asked_for() -> None:
    images = SHIPPED.images.assign(sex="", age="")
    images.loc[0, ["sex", "age"]] = ["female", "P3Y"]
    catalogue = Catalogue.of(replace(SHIPPED, images=images))
    assert read_gallery(catalogue, Filters(sex="unknown")).n_images == len(SHIPPED) - 1
    assert math.isnan(catalogue.ages[1])
    assert read_gallery(catalogue, Filters(age_to=120)).n_images == 1


def test_an_empty_field_of_a_form_asks_for_nothing() -> None:
    assert Filters.model_validate({"age_from": "", "age_to": "", "sex": ""}) == Filters()


def test_a_value_that_nobody_has_is_told() -> None:
    with pytest.raises(UsageError, match="condition 'ARR'") as caught:
        read_gallery(CATALOGUE, Filters(condition="ARR"))
    assert caught.value.hint is not None
    assert "AAR" in caught.value.hint
