"""Nothing is left out of the plan, and no backbone is fitted twice in a fold."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rdface.bench.jobs import plan_jobs

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
