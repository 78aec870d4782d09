"""A piece is found by its name, and a wrong name is helped."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict

from rdface.errors import UsageError
from rdface.registry import Registry, make_piece, nearest


@pytest.fixture
def fruit() -> Registry[int]:
    registry: Registry[int] = Registry("fruit", "json")
    registry.register("apple")(1)
    registry.register("timm")(2)
    return registry


def test_an_unknown_name_shows_the_nearest_and_all(fruit: Registry[int]) -> None:
    with pytest.raises(UsageError, match="no fruit called 'aple'") as raised:
        fruit.get("aple")
    assert raised.value.hint == "Did you mean apple? Known: apple, timm."


def test_a_name_that_is_near_nothing_gets_no_guess(fruit: Registry[int]) -> None:
    with pytest.raises(UsageError) as raised:
        fruit.get("zzz")
    assert raised.value.hint == "Known: apple, timm."
    assert nearest("zzz", ["apple"]) == "" and nearest("aple", ["apple"]) == "Did you mean apple?"


def test_a_family_keeps_the_rest_of_the_name(fruit: Registry[int]) -> None:
    assert fruit.get_with_argument("timm:resnet18.a1_in1k") == (2, "resnet18.a1_in1k")
    assert fruit.get_with_argument("apple") == (1, None)


def test_two_pieces_cannot_claim_one_name(fruit: Registry[int]) -> None:
    with pytest.raises(ValueError, match="two pieces claim"):
        fruit.register("apple")(3)


def test_options_are_fields_and_what_was_given_is_not_repeated() -> None:
    """It may be a key that somebody set where none belongs."""

    class Juice(BaseModel):
        model_config = ConfigDict(extra="forbid")
        litres: float = 1.0

    drinks: Registry[type[Juice]] = Registry("drink", "json")
    drinks.register("juice")(Juice)
    assert make_piece(drinks, "juice", {"litres": 2}, "").litres == 2
    with pytest.raises(UsageError, match="drink juice cannot be made so: litres") as raised:
        make_piece(drinks, "juice", {"litres": "s3cret"}, "See the card.")
    assert raised.value.hint == "See the card." and "s3cret" not in str(raised.value)
