"""Specs are found by file or by name, and each that is shipped can be read by its task."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rdface.bench import read_spec
from rdface.bench.shipped_specs import find_spec, shipped_specs, specs_folder
from rdface.errors import UsageError


def test_a_name_finds_the_shipped_spec_and_a_file_here_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_spec(Path("demo")) == specs_folder() / "demo.yaml"
    Path("demo").write_text("")
    assert find_spec(Path("demo")) == Path("demo")


def test_a_name_is_read_as_its_file_is() -> None:
    assert read_spec(Path("demo")) == read_spec(specs_folder() / "demo.yaml")


def test_what_is_neither_is_refused_with_the_names_that_there_are() -> None:
    with pytest.raises(UsageError, match="nowhere cannot be read") as caught:
        read_spec(Path("nowhere"))
    assert "few-shot-paper" in str(caught.value.hint)


@pytest.mark.parametrize("name", shipped_specs())
def test_a_shipped_spec_is_called_as_its_file(name: str) -> None:
    """So that `rdface bench NAME` writes into the folder NAME; a pool's spec has no name."""
    content = yaml.safe_load((specs_folder() / f"{name}.yaml").read_text(encoding="utf-8"))
    assert content.get("name", name) == name
