"""A pool that shows its conditions is told from one that does not, and copying from both."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from rdface.errors import UsageError
from rdface.phenotype import Report
from rdface.phenotype.similarity.comparing import Compared, compare_reports
from rdface.phenotype.similarity.record import RECORD, TABLE, Similarity, write_similarity
from tests.phenotype.similarity import world

REAL = world.cohort()
POOL = world.pool(REAL)


def compared(real: float, synthetic: float, **options: bool) -> Compared:
    return compare_reports(
        world.described(REAL, world.reports(REAL, shown=real, seed=0)),
        world.described(POOL, world.reports(POOL, shown=synthetic, seed=5, **options)),
        measures=("tfidf", "lin"),
        n_resamples=200,
    )


def test_a_pool_that_shows_its_conditions() -> None:
    """Alike within, less across; nearly as two real patients; dealt labels agree less."""
    record = compared(0.8, 0.8).record
    for measure in ("tfidf", "lin"):
        line = record.line(measure, "overall", "synthetic")
        assert line is not None and line.difference.low is None, "16 patients: no interval"
        assert line.auroc.value is not None and line.auroc.value > 0.7
        assert line.minus_real is not None and abs(line.minus_real.value or 9) < 0.1
        real = record.line(measure, "overall", "real")
        assert real is not None and real.auroc.low is not None and real.auroc.low > 0.55
        assert real.difference.low is not None and real.difference.low > 0
    assert [one.measure for one in record.controls] == ["tfidf", "lin"]
    for control in record.controls:
        assert control.own > control.high > control.low and control.p_value < 0.01


def test_a_pool_that_makes_one_face_for_all() -> None:
    """The similarity may be high; beside its null it is nothing."""
    record = compared(0.8, 0.0).record
    line = record.line("lin", "overall", "synthetic")
    assert line is not None and line.same.value is not None and line.same.value > 0.3
    assert line.auroc.value is not None and abs(line.auroc.value - 0.5) < 0.12
    assert line.minus_real is not None and (line.minus_real.value or 0) < -0.05
    assert record.controls[1].p_value > 0.05


def test_copies_show_in_pairs_that_share_a_patient_and_only_there() -> None:
    real = world.described(REAL, world.reports(REAL, shown=0.5, seed=0))
    copies = world.reports(POOL, shown=0.5, seed=0, copied=True)
    record = compare_reports(
        real, world.described(POOL, copies), measures=("lin",), n_resamples=50
    ).record
    own = record.line("lin", "overall", "own patient")
    others = record.line("lin", "overall", "synthetic")
    assert own is not None and others is not None
    assert (own.same.value or 0) > (others.same.value or 9) + 0.1
    assert own.n_pairs == others.n_pairs == 8 * 2 * 3


def test_refusals_and_missing_regions_are_counted_and_never_0() -> None:
    said = world.reports(REAL, shown=0.8, seed=0)
    before = compare_reports(world.described(REAL, said), measures=("lin",), n_resamples=50).record
    broken = dict(said)
    broken["C0_P0"] = Report(image_id="C0_P0", status="refused", text="I'm sorry")
    one = said["C1_P1"]
    kept = {key: text for key, text in one.sections.items() if key != "nose"}
    found = tuple(each for each in one.findings if each.section != "nose")
    broken["C1_P1"] = one.model_copy(
        update={"sections": kept, "findings": found, "status": "partial"}
    )
    after = compare_reports(world.described(REAL, broken), measures=("lin",), n_resamples=50).record
    assert after.real.statuses["refused"] == 1 and after.real.statuses["partial"] == 1
    assert after.real.said["overall"]["missing"] == 1 and after.real.said["nose"]["missing"] == 2
    assert after.real.said["chin"]["sound normal"] > 0
    full, nose = before.line("lin", "nose", "real"), after.line("lin", "nose", "real")
    assert full is not None and nose is not None
    assert full.n_partners == 32 and nose.n_partners == 30
    assert abs((full.same.value or 0) - (nose.same.value or 9)) < 0.06


def test_one_describer_for_both_or_it_is_said() -> None:
    real = world.described(REAL, world.reports(REAL, shown=0.8, seed=0))
    said = world.reports(POOL, shown=0.8, seed=5)
    other = world.described(POOL, said, fingerprint="toy-2")
    notes = compare_reports(real, other, measures=("lin",), n_resamples=20).record.notes
    assert any("another describer (toy-1; toy-2)" in note for note in notes)


def test_reports_of_another_cohort_are_refused() -> None:
    with pytest.raises(UsageError, match="which real has not"):
        world.described(REAL, {"stranger": world.told("stranger", [])})


def test_a_record_is_written_whole(tmp_path: Path) -> None:
    record = compared(0.8, 0.8).record
    write_similarity(record, tmp_path)
    assert Similarity.model_validate_json((tmp_path / RECORD).read_text()) == record
    lines = (tmp_path / TABLE).read_text().splitlines()
    assert len(lines) == 1 + 2 * 7 * 3
    assert all(math.isfinite(float(x)) for x in lines[1].split(",")[3:6])


def test_equal_seeds_give_equal_records() -> None:
    first, second = (compared(0.8, 0.8).record.model_dump() for _ in range(2))
    del first["seconds"], second["seconds"]
    assert first == second
