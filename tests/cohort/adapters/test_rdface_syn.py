"""Synthetic images join the real ones with their descent, or every fault is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rdface.cohort import Cohort, describe_cohort, load_cohort
from rdface.cohort.adapters import import_cohort
from rdface.errors import CohortError, LeakageError, UsageError
from rdface.protocols import PROTOCOLS, Fold, Split, check_leakage

MakeLayout = Callable[..., Path]
Tree = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def real(make_real: MakeLayout, tmp_path: Path) -> Cohort:
    """Six images: NS.1 to NS.3, AAR.1, AAR.2, XYZ.1."""
    return import_cohort("rdface-real", make_real(), tmp_path / "real").cohort


def test_real_ones_first_then_by_number(
    real: Cohort, make_synthetic: MakeLayout, tmp_path: Path, tree: Tree
) -> None:
    """2 before 10; every real image of the condition is a parent; bytes as they were."""
    source = make_synthetic("AAR:10,2,1 NS:3")
    made = import_cohort("rdface-syn", source, tmp_path / "out", {"real": real.root})
    cohort = load_cohort(tmp_path / "out")
    assert cohort.image_ids == (*real.image_ids, "AAR_1", "AAR_2", "AAR_10", "NS_3")
    images = cohort.images.set_index("image_id")
    assert images.loc["AAR_10", "synthetic_of"] == "AAR.1|AAR.2"
    assert images.loc["NS_3", "synthetic_of"] == "NS.1|NS.2|NS.3"
    assert images.loc["NS_3", "patient_id"] == "synthetic:NS_3"
    assert set(images.loc[list(real.image_ids), "synthetic_of"]) == {""}
    assert tree(source)["AAR/AAR_2.png"] == cohort.path("AAR_2").read_bytes()
    for image in real.image_ids:
        assert cohort.path(image).read_bytes() == real.path(image).read_bytes()
    assert list(cohort.images["sub_category"][:6]) == list(real.images["sub_category"])
    assert "does not say which photographs" in made.notes[0]
    assert len(made.notes) == 1
    assert "not published" in cohort.info.model_dump()["synthetic_parents"]
    assert cohort.info.name == "rdface-real-syn"
    assert cohort.info.licence == real.info.licence


def test_they_are_counted_apart(real: Cohort, make_synthetic: MakeLayout, tmp_path: Path) -> None:
    """A synthetic image shows no patient."""
    made = import_cohort("rdface-syn", make_synthetic(), tmp_path / "out", {"real": real.root})
    summary = describe_cohort(made.cohort)
    assert (summary.n_images, summary.n_synthetic, summary.n_patients) == (10, 4, 6)


def test_the_guard_sees_the_descendants_of_a_test_image(
    real: Cohort, make_synthetic: MakeLayout, tmp_path: Path
) -> None:
    """AAR_1 may not be trained on where AAR.2 is tested; nor does it disturb the folds."""
    made = import_cohort("rdface-syn", make_synthetic(), tmp_path / "out", {"real": real.root})
    images = made.cohort.images

    def split(train: tuple[str, ...]) -> Split:
        fold = Fold("strict", 0, 0, 0, train=train, validation=(), test=("AAR.2",))
        return Split("strict", 0, "", (fold,))

    assert check_leakage(split(("AAR.1", "NS_3")), images) == []
    with pytest.raises(LeakageError, match="synthetic descendant 'AAR_1'"):
        check_leakage(split(("AAR.1", "AAR_1")), images)
    strict = PROTOCOLS.get("strict")
    kwargs = {"folds": 2, "inner_folds": 2}
    assert strict(images, **kwargs).folds == strict(real.images, **kwargs).folds


def test_known_parents_are_taken(real: Cohort, make_synthetic: MakeLayout, tmp_path: Path) -> None:
    """By path or by name; the others keep every real image of their condition."""
    (tmp_path / "p.csv").write_text("file,synthetic_of\nAAR/AAR_1.png,AAR.2\nAAR_2.png,AAR.1\n")
    options = {"real": real.root, "parents": tmp_path / "p.csv"}
    made = import_cohort("rdface-syn", make_synthetic(), tmp_path / "out", options)
    of = made.cohort.images.set_index("image_id")["synthetic_of"]
    assert (of["AAR_1"], of["AAR_2"], of["AAR_10"]) == ("AAR.2", "AAR.1", "AAR.1|AAR.2")
    assert len(made.notes) == 1  # two are not known
    rows = "AAR_1.png,AAR.2\nAAR_2.png,AAR.1\nAAR_10.png,AAR.1\nNS_3.png,NS.1|NS.2\n"
    (tmp_path / "p.csv").write_text("file,synthetic_of\n" + rows)
    made = import_cohort("rdface-syn", tmp_path / "syn", tmp_path / "all", options)
    assert made.notes == ()
    assert "synthetic_parents" not in made.cohort.info.model_dump()


def test_every_fault_is_named_at_once(
    real: Cohort, make_synthetic: MakeLayout, tmp_path: Path, tree: Tree
) -> None:
    source = make_synthetic("AAR:1,2 NSS:1", size=8)
    (source / "AAR" / "AAR_2.png").write_bytes(b"no picture")
    (source / "AAR" / "NS_4.png").write_bytes(b"x")
    (source / "AAR" / "AAR-5.png").write_bytes(b"x")
    (source / "AAR" / "AAR_1.jpg").write_bytes((source / "AAR" / "AAR_1.png").read_bytes())
    (source / "AAR" / "notes.txt").write_text("x")
    (source / "AAR_7.png").write_bytes(b"x")
    (source / "README.md").write_text("x")
    (tmp_path / "p.csv").write_text(
        "file,synthetic_of\nAAR_9.png,AAR.1\nAAR_1.png,AAR.9\nAAR_1.png,\n"
    )
    before = tree(tmp_path)
    options = {"real": real.root, "parents": tmp_path / "p.csv"}
    with pytest.raises(CohortError) as refused:
        import_cohort("rdface-syn", source, tmp_path / "out", options)
    for part in (
        "AAR/AAR_2.png: 'AAR_2.png' is no image",
        "AAR/NS_4.png: is not called AAR_<number>",
        "AAR/AAR-5.png: is not called AAR_<number>",
        "the image id 'AAR_1' is that of AAR/AAR_1.jpg too",
        "AAR/notes.txt: is a folder or ends in none of",
        "AAR_7.png: lies outside",
        "no real image of a condition 'NSS'. Did you mean NS?",
        "p.csv, row 2, column file: 'AAR_9.png' is no synthetic image",
        "p.csv, row 3, column synthetic_of: 'AAR.9' is no image of --real",
        "p.csv, row 4, column synthetic_of: 'AAR/AAR_1.png' has other parents",
    ):
        assert part in refused.value.message
    assert "README" not in refused.value.message
    assert tree(tmp_path) == before


def test_it_needs_the_real_ones(make_synthetic: MakeLayout, real: Cohort, tmp_path: Path) -> None:
    source = make_synthetic()
    with pytest.raises(UsageError, match="nothing without") as refused:
        import_cohort("rdface-syn", source, tmp_path / "out")
    assert "--real" in str(refused.value.hint)
    with pytest.raises(CohortError, match="no cohort folder"):
        import_cohort("rdface-syn", source, tmp_path / "out", {"real": tmp_path / "nowhere"})
    with pytest.raises(UsageError, match="lies inside"):
        import_cohort("rdface-syn", source, source / "out", {"real": real.root})
    (tmp_path / "hollow" / "AAR").mkdir(parents=True)
    with pytest.raises(CohortError, match="holds no"):
        import_cohort("rdface-syn", tmp_path / "hollow", tmp_path / "out", {"real": real.root})


def test_other_sizes_are_said(real: Cohort, make_synthetic: MakeLayout, tmp_path: Path) -> None:
    source = make_synthetic("AAR:1,2", size=64)
    made = import_cohort("rdface-syn", source, tmp_path / "out", {"real": real.root})
    assert "2 of 2 pictures are not 512 x 512 pixels." in made.notes
