"""What a withdrawal does to all else in the workspace: folds, pools, exports, tables."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rdface.cohort import check_cohort, load_cohort, write_cohort
from rdface.curation.withdrawal import withdraw
from rdface.protocols.release import read_folds, release_folds, write_folds
from rdface.synthesis.pool.joining import join_pools
from tests.curation.withdrawal.conftest import PATIENT, Workspace
from tests.curation.withdrawal.signing import SIGNED, go


@pytest.mark.parametrize("marker", ["shards.json", "croissant.json", "gmdb_metadata/rows.tsv"])
def test_released_folds_forget_the_patient_and_exports_with_hashes_go(
    workspace: Workspace, marker: str
) -> None:
    """And those that give people numbers of their own, which no search finds."""
    folds = workspace.also / "folds.json"
    dealt = release_folds(
        workspace.cohort.images, name="c", version="1", cohort_sha256="0" * 64, n_folds=3
    )
    write_folds(folds, dealt)
    shards = workspace.also / "shards"
    (shards / "rdface").mkdir(parents=True)
    for name in ("cohort.yaml", "images.csv", "conditions.csv"):
        shutil.copyfile(workspace.cohort.root / name, shards / "rdface" / name)
    (shards / marker).parent.mkdir(exist_ok=True)
    (shards / marker).write_text("12\tmale\n")
    done = go(workspace)
    others = {who: placed for who, placed in dealt.patients.items() if who != PATIENT}
    assert len(others) == 8
    write_folds(workspace.also / "expected.json", dealt.model_copy(update={"patients": others}))
    assert folds.read_text() == (workspace.also / "expected.json").read_text()
    assert not shards.exists()
    assert (done.counts["released folds"], done.counts["exported copies"]) == (1, 1)
    assert workspace.names_patient() == []


def test_released_folds_forget_a_former_id_of_the_patient(workspace: Workspace) -> None:
    """Whose images it has; one who had images of others as well keeps those."""
    before = workspace.cohort.images
    former = before.assign(
        patient_id=[
            "old" if image == "C1_P0_0" else "C1_P1" if image == "C1_P0_1" else who
            for image, who in zip(before["image_id"], before["patient_id"], strict=True)
        ]
    )
    folds = workspace.also / "folds.json"
    dealt = release_folds(former, name="c", version="0", cohort_sha256="0" * 64, n_folds=3)
    write_folds(folds, dealt)
    done = go(workspace)
    left = read_folds(folds).patients
    assert set(dealt.patients) - set(left) == {"old"}
    assert left["C1_P1"].images == ("C1_P1_0", "C1_P1_1")
    assert done.counts["released folds"] == 2
    assert done.left == ()


def test_a_workspace_is_never_taken_for_a_folder_of_results(workspace: Workspace) -> None:
    """A stray result.json above the cohort does not remove the cohort."""
    (workspace.root / "result.json").write_text(workspace.cohort.sha256)
    withdraw(workspace.cohort.root, PATIENT, also=[workspace.root], signed_by=SIGNED)
    assert len(load_cohort(workspace.cohort.root)) == 16


def test_a_pool_in_which_everybody_descends_from_the_patient_goes_whole(
    workspace: Workspace,
) -> None:
    """As those of generators that learn from all pictures at once."""
    pool = load_cohort(workspace.also / "pool")
    images = pool.images.assign(synthetic_of="|".join(workspace.cohort.image_ids))
    images.to_csv(workspace.also / "pool" / "images.csv", index=False)
    shutil.rmtree(workspace.also / "joined")
    go(workspace)
    assert not (workspace.also / "pool").exists()
    assert workspace.names_patient() == []


def test_the_picture_before_its_restoration_goes_too(workspace: Workspace) -> None:
    root = workspace.cohort.root
    (root / "originals").mkdir()
    images = workspace.cohort.images.assign(original="", restored="")
    row = images.index[images["image_id"] == "C1_P0_0"][0]
    (root / "originals" / "a.jpg").write_bytes(workspace.cohort.path("C1_P0_1").read_bytes() + b"0")
    images.loc[row, ["original", "restored"]] = ["originals/a.jpg", "pad"]
    images.to_csv(root / "images.csv", index=False)
    go(workspace)
    assert list((root / "originals").iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_tables_of_spreadsheets_lose_rows_and_nothing_else(
    workspace: Workspace, encoding: str
) -> None:
    """Semicolons, decimal commas, umlauts, line ends of Windows, a comment over two lines."""
    one = min(workspace.ids)
    lines = ["id;Größe", "C0_P0_0;1,5", f"{one};2,5", 'C2_P0_0;"3,5\r\nmüde"', ""]
    path = workspace.also / "sizes.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    done = go(workspace)
    assert done.left == ()
    assert path.read_bytes() == "\r\n".join([*lines[:2], *lines[3:]]).encode(encoding)


def test_a_quoted_table_cut_at_semicolons_loses_rows(workspace: Workspace) -> None:
    one = min(workspace.ids)
    path = workspace.also / "sizes.csv"
    path.write_text(f'"id";"size"\n"C0_P0_0";"1"\n"{one}";"2"\n')
    assert go(workspace).left == ()
    assert path.read_text() == '"id";"size"\n"C0_P0_0";"1"\n'


@pytest.mark.parametrize("text", ["size,{}\n1,2\n", 'id,size\n{},"2\n', "id,size\n# of {} alone\n"])
def test_tables_that_cannot_be_cleaned_are_named(workspace: Workspace, text: str) -> None:
    """A column of the patient's, a quotation mark that is never closed; a comment is a row."""
    path = workspace.also / "odd.csv"
    path.write_text(text.format(min(workspace.ids)))
    done = go(workspace)
    assert done.left == ((path,) if "#" not in text else ())


def test_a_restored_cohort_is_joined_with_its_originals_and_both_lose_them(
    workspace: Workspace,
) -> None:
    """Pictures before their restoration come along, for the table names them."""
    cohort = workspace.cohort
    images = cohort.images.copy()
    images["original"] = [f"originals/{Path(file).name}" for file in images["file"]]
    (cohort.root / "originals").mkdir()
    for new, old in zip(images["original"], images["file"], strict=True):
        (cohort.root / new).write_bytes((cohort.root / old).read_bytes() + b"before")
    restored = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    pool = load_cohort(workspace.also / "pool")
    both = join_pools(restored, [pool], workspace.also / "both").root
    assert check_cohort(both) == []
    mine = images.loc[images["patient_id"] == PATIENT, "original"]
    assert all((both / file).is_file() for file in mine)
    assert go(workspace).left == ()
    assert not any((root / file).exists() for root in (both, cohort.root) for file in mine)
    assert check_cohort(both) == []
