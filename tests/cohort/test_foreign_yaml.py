"""A small file of somebody else's does not stand for more than memory holds."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rdface.cohort.adapters.dataset_card import licence_of
from rdface.cohort.check import read_info
from rdface.cohort.foreign_yaml import load_foreign_yaml

LAUGHS = "a0: &a0 [x, x]\na1: &a1 [*a0, *a0]\nlicense: *a1\n"
"""Two levels; ten more of ten each would be 10**12 times ``x`` where they are written out."""


def test_an_alias_is_refused_with_its_name_and_line() -> None:
    with pytest.raises(yaml.YAMLError, match=r"the alias \*a0 is not read(.|\n)*line 2"):
        load_foreign_yaml(LAUGHS)
    assert load_foreign_yaml("a: &a [x]\nb: '*a'\n") == {"a": ["x"], "b": "*a"}


def test_what_is_nested_too_deeply_is_an_error_of_yaml() -> None:
    with pytest.raises(yaml.YAMLError, match="too deeply"):
        load_foreign_yaml("[" * 100_000)


def test_the_metadata_of_a_cohort_and_a_dataset_card_are_read_without_aliases(
    tmp_path: Path,
) -> None:
    (tmp_path / "cohort.yaml").write_text(f"name: x\nversion: '1'\nlicence: y\n{LAUGHS}")
    info, (problem,) = read_info(tmp_path)
    assert info is None
    assert "the alias *a0 is not read" in problem.reason
    assert licence_of(f"---\n{LAUGHS}---\n") == ""
    assert licence_of("---\nlicense: mit\n---\n") == "MIT"
