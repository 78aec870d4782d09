"""``rdface gallery``, and how bench, leaderboard, compare and report take gallery runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from rdface.bench.gallery import GallerySpec
from rdface.cli.main import rdface
from rdface.errors import UsageError
from tests.bench.gallery.conftest import make_spec, make_uneven
from tests.bench.pieces import register

__all__ = ["make_spec"]

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(rdface, list(map(str, arguments)), catch_exceptions=False)


def test_a_gallery_is_made_grows_is_shown_and_searched(tmp_path: Path) -> None:
    register()
    cohort, new = make_uneven(tmp_path / "one"), make_uneven(tmp_path / "two", (2, 2), first=20)
    g = tmp_path / "g"
    usual = ("--backbone", "pixels-test", "--detector", "whole-test", "--metric", "lda")
    made = call("gallery", "make", cohort, "--out", g, *usual)
    assert "31 of 31 patients, 9 conditions" in made.stdout
    assert "5 conditions; the other 4 joined" in made.stdout
    grown = call("gallery", "add", g, new)
    assert "4 cases joined" in grown.stderr
    assert "35 of 35 patients, 11 conditions" in grown.stdout
    shown = call("gallery", "show", g).stdout
    assert "SIMULATED" in shown
    assert "biometric" in shown
    image = new / "images" / "C20_P0.jpg"
    found = call("gallery", "search", g, image, "--top", 4)
    header, *rows = found.stdout.splitlines()
    assert header.split("\t")[:4] == ["rank", "condition", "name", "cosine"]
    assert len(rows) == 4
    assert rows[0].split("\t")[1] == "C20"
    assert "This very picture is case C20_P0" in found.stderr
    assert "no medical device" in found.stderr
    assert "exact search among 35 cases" in found.stderr
    plain = json.loads(call("gallery", "search", g, image, "--json", "--cases", 1).stdout)
    assert plain["simulated"]
    assert "Research software" in plain["notice"]
    assert len(plain["conditions"]) == 11
    assert plain["conditions"][0]["cases"][0]["image_id"] == "C20_P1"
    assert plain["conditions"][0]["trained"] is False
    table = list(csv.DictReader(io.StringIO(call("gallery", "search", g, image, "--csv").stdout)))
    assert [row["condition"] for row in table if row["rank"] == "1"] == ["C20"]
    with pytest.raises(UsageError, match="exclude each other"):
        call("gallery", "search", g, image, "--json", "--csv")
    with pytest.raises(UsageError, match="too few"):
        call("gallery", "index", g)
    for text in (made, grown, found):
        assert "diagnos" not in (text.stdout + text.stderr).lower()


def test_a_spec_is_run_shown_and_compared(
    make_spec: Callable[..., GallerySpec], tmp_path: Path
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(yaml.safe_dump(make_spec().model_dump(mode="json")))
    out = tmp_path / "runs"
    made = call("bench", path, "--out", out)
    blocks = made.stdout.strip().split("\n\n")
    assert [block.split(":")[0] for block in blocks] == [
        "frequent in frequent",
        "rare in rare",
        "rare in all",
        "frequent in all",
        "all in all",
    ]
    for block in blocks:
        _, header, *rows = block.splitlines()
        assert header.split("\t")[2:] == ["top1_macro", "top5_macro", "top10_macro", "top30_macro"]
        assert len(rows) == 4 + 1
        assert rows[-1].startswith("chance")
    assert "one patient: C8" in made.stderr
    shown = call("leaderboard", out, "--markdown").stdout
    assert shown.count("| backbone | metric | top1_macro |") == 5
    runs = out / "tiny"
    found = call("compare", runs / "pixels-test__lda", runs / "pixels-test__cosine").stdout
    assert found.count("\nrare-in-all\t") == 10
    assert call("report", out).stdout.strip() == str(out / "report.html")
    assert "pixels-test (lda)" in (out / "report.html").read_text(encoding="utf-8")


def test_pieces_lists_the_metrics() -> None:
    shown = call("pieces").stdout
    for name in ("metric learners", "arcface", "supcon", "centred"):
        assert name in shown


@pytest.mark.slow
def test_a_cohort_in_shards_is_embedded_and_evaluated(tmp_path: Path) -> None:
    """Export, embed, evaluate, and the leaderboard of it."""
    register()
    make_uneven(tmp_path / "one")
    call("cohort", "export", "parquet", tmp_path / "one", "--out", tmp_path / "shards")
    usual = ("--backbone", "pixels-test", "--detector", "whole-test")
    made = call("embed", tmp_path / "shards", "--out", tmp_path / "stored", *usual)
    assert "images    31 in 1 parts" in made.stdout
    assert "SIMULATED" in made.stdout
    assert "biometric" in made.stdout
    runs = tmp_path / "runs" / "stored"
    searched = ("--metric", "cosine", "--metric", "centred", "--patients-per-condition", 1)
    found = call("gallery", "evaluate", tmp_path / "stored", "--out", runs, *searched)
    assert found.stdout.count("chance") == 5
    assert "all in all: 8 images of 8 patients" in found.stdout
    assert call("leaderboard", runs).stdout == found.stdout
