"""Options of a piece on the command line: ``--set KEY=VALUE``, and what there is to set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel


def read_settings(name: str, kind: type[BaseModel], settings: Sequence[str]) -> dict[str, Any]:
    """Options by their names; values as YAML, but those of text as they stand.

    Args:
        name: Of the piece, for messages.
        kind: Whose fields are its options.
        settings: ``KEY=VALUE``, the later ones before the earlier.

    Raises:
        UsageError: A key that is no option, or no value.
    """
    import yaml

    from rdface.errors import UsageError
    from rdface.registry import nearest

    options: dict[str, Any] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or key not in kind.model_fields:
            # The value is not repeated: somebody may have tried to set a key.
            raise UsageError(
                f"--set {key} is no option of {name}, or has no value.",
                hint=f"{nearest(key, kind.model_fields)} It is KEY=VALUE; keys are"
                f" {', '.join(kind.model_fields)}.".lstrip(),
            )
        # A name or a commit of digits alone stays text.
        text = kind.model_fields[key].annotation in (str, str | None) and value != "null"
        try:
            options[key] = value if text else yaml.safe_load(value)
        except yaml.YAMLError:
            options[key] = value
    return options


def lines_of_settings(kind: type[BaseModel]) -> Iterator[str]:
    """A line an option, with its default as ``--set`` reads it."""
    import json

    from pydantic_core import PydanticUndefined

    for option, field in kind.model_fields.items():
        value = field.get_default(call_default_factory=True)
        if value is PydanticUndefined:
            yield f"  --set {option}=...  (must be given)"
        else:
            yield f"  --set {option}={value if isinstance(value, str) else json.dumps(value)}"
