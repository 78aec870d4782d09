"""Make what a registry names, with options, and say which option is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import pydantic
from pydantic import BaseModel

from rdface.errors import UsageError
from rdface.registry import Registry, nearest

Made = TypeVar("Made", bound=BaseModel)


def with_options(registry: Registry[type[Made]], name: str, options: Mapping[str, Any]) -> Made:
    """An object of a registry whose fields are its options.

    Args:
        registry: Of pydantic models.
        name: Which.
        options: Field to value.

    Raises:
        UsageError: There is no such name or option, or a value does not fit.
    """
    kind = registry.get(name)
    try:
        return kind.model_validate(dict(options))
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        option = ".".join(map(str, first["loc"]))
        known = sorted(kind.model_fields)
        if first["type"] == "extra_forbidden":
            what = registry.kind[0].upper() + registry.kind[1:]
            raise UsageError(
                f"{what} {name!r} has no option {option!r}.",
                hint=f"{nearest(option, known)} Known: {', '.join(known) or 'none'}.".lstrip(),
            ) from error
        raise UsageError(
            f"Option {option!r} of {registry.kind} {name!r}: {first['msg']}."
        ) from error
