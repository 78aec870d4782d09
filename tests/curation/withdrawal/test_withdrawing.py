"""A withdrawn patient is nowhere in the workspace, others are, and a kill only delays it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rdface.cohort import check_cohort, load_cohort, write_cohort
from rdface.cohort.read import shipped_folder
from rdface.curation.withdrawal import withdraw
from rdface.curation.withdrawal.caches import cached_rows
from rdface.curation.withdrawal.record import JOURNAL, RECORDS, read_records
from rdface.errors import CohortError, RunError, UsageError
from rdface.faces.row_cache import EMBEDDINGS, FACES, RowCache
from rdface.files import cache_dir
from rdface.synthesis.pool.joining import join_pools
from tests.curation.withdrawal.conftest import PATIENT, Workspace
from tests.curation.withdrawal.signing import SIGNED, contents, go


def test_nothing_names_the_patient_after(workspace: Workspace) -> None:
    """By a search of its own through every file of workspace and cache, compressed ones too."""
    assert len(workspace.names_patient()) > 20
    done = go(workspace)
    assert workspace.names_patient() == []
    assert done.left == ()
    assert not cached_rows(workspace.pictures)
    assert done.counts["images"] == 2
    assert done.counts["synthetic images"] == 4  # two in the pool, the same two in what joins it
    assert done.counts["folders of results"] == 2
    assert done.counts["what a generator has learnt"] == 1


def test_what_is_left_is_sound_and_belongs_together(workspace: Workspace) -> None:
    """Cohort, pool and both joined pass every check, and the pool can be joined again."""
    before = load_cohort(workspace.cohort.root)
    done = go(workspace)
    after = load_cohort(workspace.cohort.root)
    assert (after.info.version, after.sha256) == done.after == ("1.w1", done.after[1])
    assert (before.info.version, before.sha256) == done.before
    others = before.images[before.images["patient_id"] != PATIENT].reset_index(drop=True)
    pd.testing.assert_frame_equal(after.images, others)
    pool = load_cohort(workspace.also / "pool")
    assert len(pool) == 2
    assert (pool.info.model_extra or {})["pool_of"]["sha256"] == after.sha256
    assert check_cohort(workspace.also / "joined") == []
    again = join_pools(after, [pool], workspace.also / "joined again")
    assert len(again) == len(after) + 2
    assert (workspace.also / "export" / "table.csv").read_text() == (
        "image_name,condition\n8.jpg,C0\n"
    )
    assert len((workspace.also / "reports" / "reports.jsonl").read_text().splitlines()) == 16
    assert len(pd.read_parquet(workspace.also / "faces.parquet")) == 16


def test_a_carriage_return_in_a_note_stays_in_its_cell(workspace: Workspace) -> None:
    """Which Python's writer would leave without quotes, and its reader would end the line at."""
    old = workspace.cohort
    notes = ["seen\ragain", *[""] * (len(old) - 1)]
    write_cohort(old.root, old.info, old.images.assign(note=notes), old.conditions)
    go(workspace)
    assert load_cohort(old.root).images["note"].tolist()[:2] == notes[:2]


def test_rows_of_other_people_stay_in_the_cache(workspace: Workspace) -> None:
    """To the bit, but for mirror images, which nobody can tell whose they are."""

    def rows(name: str, kind: str, dtype: Any) -> dict[str, Any]:  # noqa: ANN401
        return RowCache(cache_dir(kind) / name, dtype).load()

    before = rows("sface-1", EMBEDDINGS, np.float32)
    faces = rows("yunet", FACES, np.float32)
    go(workspace)
    after = rows("sface-1", EMBEDDINGS, np.float32)
    assert len(before) - len(after) == len(workspace.pictures) == 4
    assert set(faces) - set(rows("yunet", FACES, np.float32)) == workspace.pictures
    for key, row in after.items():
        np.testing.assert_array_equal(row, before[key])
    assert rows("sface-mirrored-1", EMBEDDINGS, np.float32) == {}
    pairs = rows("perceptual-1", EMBEDDINGS, np.float64)
    gone = {key[:32] for key in set(before) - set(after)}
    assert pairs and not any(key[:32] in gone or key[32:] in gone for key in pairs)


def test_the_record_tells_nothing_of_whom(workspace: Workspace) -> None:
    done = go(workspace)
    text = (workspace.cohort.root / RECORDS).read_text()
    for word in {PATIENT, *workspace.ids, *workspace.pictures}:
        assert word not in text
    (record,) = read_records(workspace.cohort.root)
    assert record == done.record
    assert record["signed_by"] == SIGNED
    assert record["removed"]["images"] == 2
    assert record["before"]["sha256"] == workspace.cohort.sha256
    assert record["former"] == ""
    assert not (workspace.cohort.root / JOURNAL).exists()


def test_records_are_chained(workspace: Workspace) -> None:
    """A line that was altered or taken out is seen."""
    go(workspace)
    withdraw(workspace.cohort.root, "C0_P1", signed_by=SIGNED)
    assert load_cohort(workspace.cohort.root).info.version == "1.w2"
    path = workspace.cohort.root / RECORDS
    first, second = path.read_text().splitlines()
    assert len(json.loads(second)["former"]) == 64
    for forged in (f"{first.replace('A. Lead', 'B. Lead')}\n{second}\n", f"{second}\n"):
        path.write_text(forged)
        with pytest.raises(RunError, match="altered"):
            read_records(workspace.cohort.root)
        with pytest.raises(RunError, match="altered"):
            withdraw(workspace.cohort.root, "C0_P2", signed_by=SIGNED)


def test_a_dry_run_touches_nothing_and_counts_the_same(workspace: Workspace) -> None:
    before = contents(workspace.root)
    planned = go(workspace, dry_run=True)
    assert contents(workspace.root) == before
    done = go(workspace)
    assert (planned.counts, planned.before, planned.after) == (done.counts, done.before, done.after)


class Killed(BaseException):
    """In place of a kill at one moment."""


@pytest.mark.slow
def test_a_killed_withdrawal_goes_on_to_the_same_end(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before each single change of the disk in turn, then called again."""
    kept = tmp_path_factory.mktemp("kept")
    places = [workspace.cohort.root, workspace.also, cache_dir(FACES), cache_dir(EMBEDDINGS)]
    for number, place in enumerate(places):
        shutil.copytree(place, kept / str(number))

    def restore() -> None:
        for number, place in enumerate(places):
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(kept / str(number), place)

    expected = go(workspace)
    at_end = contents(workspace.root)
    moment = killed = 0
    while True:
        restore()
        left = moment

        def dies(original: Any) -> Any:  # noqa: ANN401
            def call(self: Path, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
                nonlocal left
                if left == 0:
                    raise Killed
                left -= 1
                return original(self, *arguments, **options)

            return call

        with monkeypatch.context() as patched:
            for name in ("replace", "rename", "unlink"):
                patched.setattr(Path, name, dies(getattr(Path, name)))
            try:
                go(workspace)
            except Killed:
                killed += 1
            else:
                break
        again = go(workspace) if (workspace.cohort.root / JOURNAL).exists() or moment == 0 else None
        assert workspace.names_patient() == [], moment
        assert again is not None
        assert (again.counts, again.after) == (expected.counts, expected.after), moment
        assert contents(workspace.root) == at_end, moment
        moment += 1
    assert killed > 8


def test_what_cannot_be_cleaned_is_named(workspace: Workspace) -> None:
    """Somebody's notes, a picture that nobody knows, weights, an archive, git, a link."""
    also = workspace.also
    (also / "notes.txt").write_text(f"called the mother of {PATIENT}")
    (also / "sheet.png").write_bytes((workspace.cohort.path("C0_P0_0")).read_bytes() + b" ")
    (also / "other.pt").write_bytes(b"weights")
    (also / "old.tar.xz").write_bytes(b"packed")
    (also / "repository" / ".git").mkdir(parents=True)
    (also / "elsewhere").symlink_to(workspace.root)
    done = go(workspace)
    asked = {step.path.name for step in done.steps if step.action == "look"}
    assert asked == {"notes.txt", "sheet.png", "other.pt", "old.tar.xz", ".git", "elsewhere"}
    assert [path.name for path in done.left] == ["notes.txt"]
    assert (also / "notes.txt").exists()


def test_it_refuses_what_it_should(workspace: Workspace) -> None:
    root = workspace.cohort.root
    with pytest.raises(UsageError, match="no patient 'nobody'"):
        withdraw(root, "nobody", signed_by=SIGNED)
    with pytest.raises(UsageError, match="signed off by a person"):
        withdraw(root, PATIENT)
    with pytest.raises(UsageError, match="signature names the patient"):
        withdraw(root, PATIENT, signed_by=f"for {PATIENT}")
    with pytest.raises(UsageError, match="shipped with rdface"):
        withdraw(shipped_folder("sim103"), "P0005", signed_by=SIGNED)
    with pytest.raises(UsageError, match="is not there"):
        withdraw(root, PATIENT, also=[root / "none"], signed_by=SIGNED)
    assert load_cohort(root).sha256 == workspace.cohort.sha256


def test_a_second_withdrawal_says_that_the_first_may_have_been_theirs(workspace: Workspace) -> None:
    withdraw(workspace.cohort.root, PATIENT, signed_by=SIGNED)
    with pytest.raises(UsageError) as refused:
        withdraw(workspace.cohort.root, PATIENT, signed_by=SIGNED)
    assert "withdrawn from this cohort before" in str(refused.value.hint)


def test_the_last_patient_takes_the_cohort_along(make_cohort: Any, own_cache: Path) -> None:  # noqa: ANN401
    cohort = make_cohort(conditions=1, patients=1)
    with pytest.raises(UsageError, match="Nobody else"):
        withdraw(cohort.root, "C0_P0", signed_by=SIGNED)


def test_an_interrupted_withdrawal_comes_before_another_one(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("rdface.curation.withdrawal.withdrawing.forget_pictures", _raise)
        with pytest.raises(Killed):
            go(workspace)
    assert (workspace.cohort.root / JOURNAL).stat().st_mode & 0o077 == 0
    with pytest.raises(UsageError, match="another patient"):
        withdraw(workspace.cohort.root, "C0_P1", signed_by=SIGNED)
    go(workspace)
    withdraw(workspace.cohort.root, "C0_P1", signed_by=SIGNED)


def _raise(*_: object) -> None:
    raise Killed


def test_a_row_marked_withdrawn_can_be_withdrawn(workspace: Workspace) -> None:
    """load_cohort refuses such a cohort; the command that mends it must not."""
    images = workspace.cohort.images
    dates = ["2026-05-02" if one == PATIENT else "" for one in images["patient_id"]]
    images.assign(withdrawn=dates).to_csv(workspace.cohort.root / "images.csv", index=False)
    with pytest.raises(CohortError, match="withdrawn"):
        load_cohort(workspace.cohort.root)
    go(workspace)
    assert len(load_cohort(workspace.cohort.root)) == 16
