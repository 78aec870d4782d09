"""Nothing is left out of the plan, and no backbone is fitted twice in a fold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rdface.bench.jobs import Outcome, plan_jobs, read_outcome, write_outcome

NAMES = ("a", "b", "c", "a+b", "a+b+c")


@given(
    missing=st.dictionaries(
        st.sampled_from(NAMES),
        st.sets(st.integers(0, 3)).map(lambda folds: {f: Path(str(f)) for f in folds}),
    )
)
def test_every_missing_part_is_planned_once(missing: dict[str, dict[int, Path]]) -> None:
    jobs = plan_jobs(missing, "knn")
    planned = [(name, job.fold) for job in jobs for name in job.parts]
    assert sorted(planned) == sorted((name, fold) for name in missing for fold in missing[name])
    for job in jobs:
        assert {single for name in job.parts for single in name.split("+")} == set(job.backbones)


def test_an_ensemble_serves_its_backbones() -> None:
    missing = {name: {0: Path(name)} for name in ("a", "b", "a+b")}
    (job,) = plan_jobs(missing, "knn")
    assert list(job.parts) == ["a+b", "a", "b"]
    assert job.backbones == ("a", "b")


def test_no_changed_byte_of_a_part_is_an_error(tmp_path: Path) -> None:
    """A damaged part is none, whatever the reader of its format makes of it."""
    path = tmp_path / "part.npz"
    outcome = Outcome(np.ones((1, 2), np.float32), {}, 1.0, 1.0, last=np.zeros((1, 2), np.float32))
    write_outcome(path, outcome, "x")
    good = path.read_bytes()
    for at in range(len(good)):
        for change in (0x01, 0x08, 0x80, 0xFF):
            path.write_bytes(good[:at] + bytes([good[at] ^ change]) + good[at + 1 :])
            read = read_outcome(path)
            assert read is None or read.scores.tolist() == [[1, 1]]
    path.unlink()
    assert read_outcome(path) is None
