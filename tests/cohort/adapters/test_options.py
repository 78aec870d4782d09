"""Options of a layout come from its signature, and reach the command line without a list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from rdface.cli.main import rdface
from rdface.cohort import Cohort
from rdface.cohort.adapters import EXPORTERS, IMPORTERS
from rdface.cohort.adapters.options import options_of
from rdface.errors import UsageError


def test_every_option_of_every_layout_has_a_type_and_words() -> None:
    for registry in (IMPORTERS, EXPORTERS):
        for name in registry.names():
            for option in options_of(registry.get(name)).values():
                assert option.metavar and option.help, (name, option)


def test_values_are_read_by_type() -> None:
    options = options_of(EXPORTERS.get("webdataset")) | options_of(EXPORTERS.get("phenopackets"))
    assert options["shard_images"].read("20") == 20
    assert options["pictures"].read("Yes") is True and options["pictures"].read("false") is False
    assert options["created"].read("null") == "null"
    assert options_of(IMPORTERS.get("parquet"))["about"].read("a b") == Path("a b")
    for name, text in (("shard_images", "2.5"), ("shard_images", "-1"), ("pictures", "1")):
        with pytest.raises(UsageError, match=f"--set {name} must be"):
            options[name].read(text)


def test_set_reaches_a_layout(make_cohort: Callable[..., Cohort], tmp_path: Path) -> None:
    cohort = make_cohort(conditions=1, patients=3, size=8)
    call = ["cohort", "export", "webdataset", str(cohort.root), "--out"]
    done = CliRunner().invoke(rdface, [*call, str(tmp_path / "out"), "--set", "shard_images=2"])
    assert done.exit_code == 0, done.output
    assert len(list((tmp_path / "out").glob("*.tar"))) == 2
    for setting, words in (
        ("shard_image=2", "Did you mean shard_images"),
        ("shard_images", "has no value"),
        ("shard_images=many", "must be a whole number"),
    ):
        done = CliRunner().invoke(rdface, [*call, str(tmp_path / "x"), "--set", setting])
        error = done.exception
        assert isinstance(error, UsageError)
        assert words in f"{error.message} {error.hint}"
    assert not (tmp_path / "x").exists()


def test_the_help_lists_them() -> None:
    done = CliRunner().invoke(rdface, ["cohort", "export", "--help"], terminal_width=200)
    assert "webdataset --set shard_images=NUMBER" in done.output
    assert "Pictures in a shard" in done.output
    done = CliRunner().invoke(rdface, ["cohort", "import", "--help"], terminal_width=200)
    assert "croissant --set record_set=TEXT" in done.output
