"""Options of a piece are read from the command line as people mean them."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from rdface.cli.settings import lines_of_settings, read_settings
from rdface.errors import UsageError


class Tool(BaseModel):
    """Has a text, a text that may be missing, a number and one that must be given."""

    model: str
    revision: str | None = None
    steps: int = 3
    sizes: tuple[int, ...] = (1, 2)


def test_digits_stay_text_where_text_is_wanted() -> None:
    given = ["model=7", "revision=1234567", "steps=5", "sizes=[3, 4]", "steps=6"]
    found = read_settings("tool", Tool, given)
    assert found == {"model": "7", "revision": "1234567", "steps": 6, "sizes": [3, 4]}
    assert read_settings("tool", Tool, ["revision=null"]) == {"revision": None}


@pytest.mark.parametrize("setting", ["stepz=s3cret", "steps"])
def test_a_wrong_key_is_helped_and_its_value_not_repeated(setting: str) -> None:
    with pytest.raises(UsageError, match="no option of tool") as raised:
        read_settings("tool", Tool, [setting])
    assert "Did you mean steps" in str(raised.value.hint)
    assert "s3cret" not in f"{raised.value} {raised.value.hint}"


def test_what_is_listed_can_be_set() -> None:
    """Every line but that of what must be given is an argument of ``--set``."""
    must, *lines = lines_of_settings(Tool)
    assert must == "  --set model=...  (must be given)"
    given = [line.removeprefix("  --set ") for line in lines]
    assert Tool(model="x", **read_settings("tool", Tool, given)) == Tool(model="x")
