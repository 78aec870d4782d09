"""A restored cohort: everything kept, originals beside, the same after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rdface.cohort import Cohort, check_cohort, load_cohort, write_cohort
from rdface.errors import CohortError, TermsError, UsageError
from rdface.files import sha256_file, write_bytes
from rdface.imaging import Image, encode_jpeg, read_image
from rdface.restore import Chain, load_chain
from rdface.restore.restored_cohort import Selection, restore_cohort
from tests.conftest import MakeCohort


class Inverted:
    """Inverts pictures whose first pixel is dark."""

    name = "inverted"
    fingerprint = "inverted 1"

    def restore(self, image: Image) -> Image | None:
        return 255 - image if image[0, 0].max() < 128 else None


@pytest.fixture
def cohort(make_cohort: MakeCohort) -> Cohort:
    """Twelve small pictures; one of them black and white, one larger."""
    made = make_cohort(size=24)
    grey = np.repeat(np.linspace(0, 255, 24, dtype=np.uint8)[:, None, None], 24, axis=1)
    rng = np.random.default_rng(1)
    large = rng.integers(0, 256, (60, 40, 3), dtype=np.uint8)
    write_bytes(made.path("C0_P0_0"), encode_jpeg(np.repeat(grey, 3, axis=2)))
    write_bytes(made.path("C1_P1_0"), encode_jpeg(large))
    return write_cohort(made.root, made.info, made.images, made.conditions)


def test_ids_rows_and_originals_are_kept(cohort: Cohort, tmp_path: Path) -> None:
    out = tmp_path / "new"
    restored = restore_cohort(cohort, load_chain(["pad:32"]), out)
    assert check_cohort(str(out)) == [] and load_cohort(str(out)).sha256 == restored.sha256
    assert out.stat().st_mode & 0o777 == 0o700
    same = [c for c in cohort.images.columns if c not in ("file", "sha256")]
    assert restored.images[same].equals(cohort.images[same])
    assert restored.conditions.equals(cohort.conditions)
    assert set(restored.images["restored"]) == {"pad:32"}
    for name, file in zip(restored.image_ids, restored.images["original"], strict=True):
        assert file == f"originals/images/{name}.jpg"
        assert sha256_file(out / file) == sha256_file(cohort.path(name))
        assert read_image(restored.path(name)).shape == (32, 32, 3)
    record = (restored.info.model_extra or {})["restoration"][0]
    assert record["steps"][0]["fingerprint"] == load_chain(["pad:32"]).steps[0].fingerprint
    assert record["images"] == 12 and cohort.sha256 in record["of"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["cohort", "new"]


def test_only_the_steps_that_applied_are_recorded(cohort: Cohort, tmp_path: Path) -> None:
    """A picture that no step applied to is copied to the bit and has no original."""
    restored = restore_cohort(cohort, Chain([Inverted()]), tmp_path / "new")
    for name, done in zip(restored.image_ids, restored.images["restored"], strict=True):
        before = read_image(cohort.path(name))
        dark = bool(before[0, 0].max() < 128)
        assert done == ("inverted" if dark else "")
        expected = 255 - before if dark else before
        assert (read_image(restored.path(name)) == expected).all()
        row = restored.images[restored.images["image_id"] == name].iloc[0]
        assert (row["original"] != "") == dark
    assert 0 < (restored.images["restored"] != "").sum() < 12


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (Selection(ids={"C2_P0_0", "C3_P2_0"}), {"C2_P0_0", "C3_P2_0"}),
        (Selection(grey=True), {"C0_P0_0"}),
        (Selection(ids={"C0_P0_0", "C1_P1_0"}, smaller_than=60), {"C0_P0_0"}),
    ],
)
def test_only_what_was_chosen_is_restored(
    cohort: Cohort, tmp_path: Path, selection: Selection, taken: set[str]
) -> None:
    restored = restore_cohort(cohort, load_chain(["pad:32"]), tmp_path / "new", selection)
    assert set(restored.images.loc[restored.images["restored"] != "", "image_id"]) == taken
    assert ("colourfulness" in restored.images) == selection.grey


def test_restored_twice_the_first_original_counts(cohort: Cohort, tmp_path: Path) -> None:
    once = restore_cohort(cohort, load_chain(["pad:32"]), tmp_path / "once")
    twice = restore_cohort(once, load_chain(["pad:16"]), tmp_path / "twice", name="tiny2")
    assert set(twice.images["restored"]) == {"pad:32|pad:16"} and twice.info.name == "tiny2"
    for name, file in zip(twice.image_ids, twice.images["original"], strict=True):
        assert sha256_file(twice.root / file) == sha256_file(cohort.path(name))
    assert len((twice.info.model_extra or {})["restoration"]) == 2


def test_a_name_that_is_taken_is_not_overwritten(cohort: Cohort, tmp_path: Path) -> None:
    """X.jpg and X.png in one cohort stay two pictures."""
    images = cohort.images.copy()
    (cohort.root / "images/C0_P1_0.jpg").rename(cohort.root / "images/C0_P0_0.png")
    images.loc[images["image_id"] == "C0_P1_0", "file"] = "images/C0_P0_0.png"
    mixed = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    restored = restore_cohort(mixed, load_chain(["pad:32"]), tmp_path / "new")
    assert restored.images["file"].is_unique and check_cohort(str(tmp_path / "new")) == []


def test_an_unknown_id_and_a_full_folder_are_refused(cohort: Cohort, tmp_path: Path) -> None:
    chain = load_chain(["pad:32"])
    with pytest.raises(UsageError, match="no image 'nobody'"):
        restore_cohort(cohort, chain, tmp_path / "new", Selection(ids={"nobody"}))
    with pytest.raises(UsageError, match="is not empty"):
        restore_cohort(cohort, chain, cohort.root.parent)
    with pytest.raises(UsageError, match="lies inside"):
        restore_cohort(cohort, chain, cohort.root / "new")
    with pytest.raises(UsageError, match="'a name' cannot be the name"):
        restore_cohort(cohort, chain, tmp_path / "new", name="a name")
    assert not (tmp_path / "new").exists()


KILLED = """
import os, signal, sys
from rdface.cohort import load_cohort
from rdface.restore import Chain, load_chain
from rdface.restore.restored_cohort import restore_cohort
from pathlib import Path

class Dying:
    def __init__(self, inner): self.inner, self.n = inner, 0
    name = property(lambda self: self.inner.name)
    fingerprint = property(lambda self: self.inner.fingerprint)
    def restore(self, image):
        self.n += 1
        if self.n > 5: os.kill(os.getpid(), signal.SIGKILL)
        return self.inner.restore(image)

step = load_chain(["pad:32"]).steps[0]
restore_cohort(load_cohort(sys.argv[1]), Chain([Dying(step)]), Path(sys.argv[2]))
"""


def test_a_run_that_was_killed_goes_on_to_the_same_cohort(cohort: Cohort, tmp_path: Path) -> None:
    """Kill -9 after five pictures: no half cohort; the next run makes the other seven alone."""
    out = tmp_path / "new"
    run = subprocess.run([sys.executable, "-c", KILLED, str(cohort.root), str(out)], check=False)
    assert run.returncode == -signal.SIGKILL and not out.exists()
    work = tmp_path / ".new.restoring"
    assert work.stat().st_mode & 0o777 == 0o700 and len(list(work.glob("parts/*.png"))) == 5

    class Counting:
        calls = 0
        inner = load_chain(["pad:32"]).steps[0]
        name, fingerprint = inner.name, inner.fingerprint

        def restore(self, image: Image) -> Image | None:
            Counting.calls += 1
            return self.inner.restore(image)

    with pytest.raises(UsageError, match="other steps"):
        restore_cohort(cohort, load_chain(["pad:16"]), out)
    restored = restore_cohort(cohort, Chain([Counting()]), out)
    assert Counting.calls == 7 and not work.exists()
    whole = restore_cohort(cohort, load_chain(["pad:32"]), tmp_path / "whole")
    assert restored.sha256 == whole.sha256
    assert os.listdir(out) and sorted(os.listdir(out)) == sorted(os.listdir(tmp_path / "whole"))


def test_a_picture_whose_consent_has_ended_is_not_restored(cohort: Cohort, tmp_path: Path) -> None:
    images = cohort.images.assign(withdrawn="")
    images.loc[0, "withdrawn"] = "2024-01-31"
    real = cohort.info.model_copy(update={"simulated": False})
    with pytest.raises((TermsError, CohortError), match="withdrawn"):
        gone = write_cohort(cohort.root, real, images, cohort.conditions)
        restore_cohort(gone, load_chain(["pad:32"]), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_who_withdraws_leaves_no_original_in_the_restored_cohort(
    cohort: Cohort, tmp_path: Path
) -> None:
    """``rdface cohort withdraw`` finds the restored picture and the untouched one beside it."""
    from click.testing import CliRunner

    from rdface.cli.main import rdface

    restored = restore_cohort(cohort, load_chain(["pad:32"]), tmp_path / "new")
    patient = cohort.images["patient_id"].iloc[0]
    names = set(cohort.images.loc[cohort.images["patient_id"] == patient, "image_id"])
    words = ["cohort", "withdraw", patient, "--cohort", str(cohort.root)]
    words += ["--also", str(restored.root), "--signed-by", "A. Test, tester"]
    run = CliRunner().invoke(rdface, words)
    assert run.exit_code == 0, run.output
    left = load_cohort(str(restored.root))
    assert len(left) == 12 - len(names) and not names & set(left.image_ids)
    files = [path for path in restored.root.rglob("*") if path.is_file()]
    assert len([path for path in files if path.parent.name == "images"]) == 2 * len(left)
    assert not any(path.stem in names for path in files)
