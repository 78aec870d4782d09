"""Shipped specs are listed in one sentence each, and printed to be copied."""

from __future__ import annotations

from click.testing import CliRunner

from rdface.bench.shipped_specs import shipped_specs, specs_folder
from rdface.cli.specs import specs


def test_every_spec_is_listed_in_one_sentence() -> None:
    rows = [line.split("\t") for line in CliRunner().invoke(specs).output.splitlines()[1:]]
    assert [name for name, _ in rows] == shipped_specs()
    assert all(about.endswith((".", "?", ".md", ")")) for _, about in rows), rows
    assert all(20 < len(about) < 350 for _, about in rows), rows


def test_a_spec_is_printed_to_the_letter() -> None:
    shown = CliRunner().invoke(specs, ["demo"]).output
    assert shown == (specs_folder() / "demo.yaml").read_text(encoding="utf-8")
