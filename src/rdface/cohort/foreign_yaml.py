"""YAML that others may have written: without aliases.

A few hundred bytes of aliases to aliases stand for more text than memory holds, as soon as
somebody writes it out.
"""

from __future__ import annotations

from typing import Any

import yaml


class _WithoutAliases(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event: Any = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem=f"the alias *{event.anchor} is not read here; write out what it stands for",
                problem_mark=event.start_mark,
            )
        return super().compose_node(parent, index)


def load_foreign_yaml(text: str) -> Any:  # noqa: ANN401 - whatever YAML can hold
    """What a YAML document says, if it has no aliases.

    Raises:
        yaml.YAMLError: It is no YAML, has an alias, or is nested too deeply.
        ValueError: A date in it is none.
    """
    try:
        return yaml.load(text, _WithoutAliases)  # noqa: S506 - a safe loader
    except RecursionError as error:
        raise yaml.YAMLError("it is nested too deeply") from error
