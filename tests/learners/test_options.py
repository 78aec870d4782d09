"""What a registry names is made with its options, and a wrong one is named."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict

from rdface.errors import UsageError
from rdface.learners.options import with_options
from rdface.registry import Registry


class _Ruler(BaseModel):
    model_config = ConfigDict(extra="forbid")
    length: int = 3


@pytest.fixture
def rulers() -> Registry[type[_Ruler]]:
    made: Registry[type[_Ruler]] = Registry("ruler", "rdface.learners")
    made.register("straight")(_Ruler)
    return made


def test_options_are_fields(rulers: Registry[type[_Ruler]]) -> None:
    assert with_options(rulers, "straight", {"length": 5}).length == 5
    assert with_options(rulers, "straight", {}).length == 3


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("straight", {"lenght": 5}, "Ruler 'straight' has no option 'lenght'"),
        ("straight", {"length": "long"}, "Option 'length' of ruler 'straight'"),
        ("strait", {}, "ruler"),
    ],
)
def test_what_is_wrong_is_named(
    rulers: Registry[type[_Ruler]], name: str, options: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError, match=said) as error:
        with_options(rulers, name, options)
    if "lenght" in options:
        assert "length" in str(error.value.hint)
