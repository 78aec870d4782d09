"""Run the study: spoil, restore, measure, recognise; a stopped study goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from rdface.backbones import embed_all
from rdface.bench.benchmark import alone_in
from rdface.bench.opened import Opened, check_detector, open_cohort
from rdface.bench.restoration.arm import Arm
from rdface.bench.restoration.damage import DAMAGES, NONE, VERSION, spoilt
from rdface.bench.restoration.plan import RestorationPlan, is_slow
from rdface.bench.restoration.reading import read_embeddings, read_measures
from rdface.bench.restoration.recognition import rank_probes, rank_table
from rdface.bench.study_folder import claim
from rdface.errors import RunError, UsageError
from rdface.faces.anthropometry import NAMES
from rdface.faces.norms_table import shipped_reference
from rdface.faces.origins import note_origins
from rdface.files import atomic_path, sha256_file, write_json
from rdface.imaging import Image, read_image
from rdface.progress import bar
from rdface.protocols import PROTOCOLS, Split, check_leakage

PICTURES: Final = "pictures"
PRISTINE: Final = "pristine"


@dataclass(frozen=True, eq=False)
class Studied:
    """What was measured.

    Attributes:
        plan: The plan.
        cohort: Name and version; ``simulated`` says whether its faces are.
        simulated: Whether no picture shows a real person.
        people: One row a drawn child, in the order of the draw: image_id, patient_id, condition,
            sex, age (years), hpo_terms.
        no_face: Drawn children whose untouched picture shows no face that is found.
        z: Damage, arm -> ``[n, M]`` z-scores of the first n children, NaN where no face was found;
            ``("", "pristine")`` are the untouched pictures.
        ranks: Columns damage, arm, backbone, image_id, rank; pristine as above.
        seconds: Arm and damage in words -> processor seconds a picture.
    """

    plan: RestorationPlan
    cohort: str
    simulated: bool
    people: pd.DataFrame
    no_face: tuple[str, ...]
    z: dict[tuple[str, str], np.ndarray[Any, np.dtype[np.float64]]]
    ranks: pd.DataFrame
    seconds: dict[str, float]


def run_restoration(plan: RestorationPlan, out: Path) -> Studied:
    """Run what is missing, and read everything.

    Args:
        plan: The plan. More children, damages or arms may be asked of a study that is there.
        out: Pictures, measures and embeddings are kept here as soon as they are made.

    Raises:
        RunError: ``out`` holds another study, or another process is at work there.
        UsageError: An unknown name, a missing extra, or a cohort without enough children.
        WeightsError: Weights are missing.
    """
    plan.check()
    check_detector("yunet")
    arms = {name: Arm(name) for name in plan.arms}
    opened = Opened(open_cohort(plan.cohort), "yunet")
    split = PROTOCOLS.get("strict")(
        opened.cohort.images, seed=0, repeats=1, cohort_sha256=opened.cohort.sha256
    )
    check_leakage(split, opened.cohort.images)
    with alone_in(out):
        about = {"cohort": opened.cohort.sha256, "seed": plan.seed, "damage": VERSION}
        claim(out, about | {"faces": opened.faces.detector})  # they say how far a picture is spoilt
        people, no_face = draw_people(opened, split, plan)
        (out / PICTURES).mkdir(mode=0o700, exist_ok=True)  # they may be of patients
        seconds = _make_pictures(plan, arms, opened, people, out)
        pictures = _places(plan, arms, opened, people, out)
        _note_whose(pictures, opened)
        z = _z_scores(plan, arms, people, pictures, out)
        ranks = _ranks(plan, arms, opened, split, people, pictures, out)
    info = opened.cohort.info
    return Studied(
        plan, f"{info.name} {info.version}", info.simulated, people, no_face, z, ranks, seconds
    )


def draw_people(
    opened: Opened, split: Split, plan: RestorationPlan
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Draw children whom ``strict`` tests, one picture each, with an age and a face.

    Returns:
        See :class:`Studied`; and the drawn pictures without a face, which are left out.
    """
    from rdface.cohort import age_in_years

    images = opened.cohort.images
    tested = {name for fold in split.folds for name in fold.test}
    usable = images[images["image_id"].isin(tested) & (images["age"] != "")]
    rng = np.random.default_rng(plan.seed)
    shuffled = usable.iloc[rng.permutation(len(usable))].drop_duplicates("patient_id")
    found = np.array([opened.faces.face(name) is not None for name in shuffled["image_id"]], bool)
    number = np.flatnonzero(np.cumsum(found) >= plan.images)
    if not len(number):
        raise UsageError(
            f"{opened.cohort.info.name} has {int(found.sum())} children who are tested and have a "
            f"face and an age; {plan.images} were asked for.",
            hint="Ask for fewer: --images N.",
        )
    asked = shuffled.iloc[: number[0] + 1]
    no_face = tuple(asked.loc[~found[: len(asked)], "image_id"])
    people = asked[found[: len(asked)]].reset_index(drop=True)
    columns = ["image_id", "patient_id", "condition", "sex", "hpo_terms"]
    ages = [age_in_years(age) for age in people["age"]]
    return people[columns].assign(age=ages), no_face


def degraded_picture(image: Image, damage: str, opened: Opened, image_id: str, seed: int) -> Image:
    """The spoilt version of a child's picture."""
    face = opened.faces.face(image_id)
    assert face is not None  # noqa: S101 - draw_people took none without
    return spoilt(image, DAMAGES[damage], float(face.box[2]), f"{seed} {damage} {image_id}")


def picture_path(out: Path, damage: str, arm: Arm, image_id: str) -> Path:
    """Where a restored picture lies."""
    treatment = f"{arm.name.replace(':', '-')}-{arm.fingerprint[:10]}"
    return out / PICTURES / damage / treatment / f"{image_id}.png"


def _make_pictures(
    plan: RestorationPlan, arms: dict[str, Arm], opened: Opened, people: pd.DataFrame, out: Path
) -> dict[str, float]:
    """Restore what is not there yet; processor seconds a picture by arm and damage."""
    import time

    from PIL import Image as Pillow

    jobs = [
        (damage, arms[arm], name)
        for damage, arm, name in _in_order(plan, people)
        if not picture_path(out, damage, arms[arm], name).is_file()
    ]
    file = out / "seconds.json"
    spent: dict[str, list[float]] = json.loads(file.read_text()) if file.is_file() else {}
    with bar("Restoring", len(jobs)) as advance:
        for done, (damage, arm, name) in enumerate(jobs, 1):
            image = read_image(opened.cohort.path(name))
            small = degraded_picture(image, damage, opened, name, plan.seed)
            begun = time.process_time()
            treated = arm.treat(small, image.shape[1], image.shape[0])
            taken = spent.setdefault(f"{arm.name}, {DAMAGES[damage].words}", [0.0, 0.0])
            taken[0] += time.process_time() - begun
            taken[1] += 1
            with atomic_path(picture_path(out, damage, arm, name)) as part:
                Pillow.fromarray(treated).save(part)
            if done % 25 == 0 or done == len(jobs):
                write_json(file, spent)
            advance(1)
    return {name: total / max(number, 1) for name, (total, number) in spent.items()}


def _in_order(plan: RestorationPlan, people: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Damage, arm and image id: what is cheap first, then child by child, large pictures last.

    A study that has to be stopped has so whole children, and can be read with fewer of them.
    """
    jobs = [
        ((is_slow(arm), is_slow(arm) and damage == NONE, row), (damage, arm, name))
        for damage, arm, n in plan.cells()
        for row, name in enumerate(people["image_id"][:n])
    ]
    return [job for _, job in sorted(jobs, key=lambda entry: entry[0])]


def _places(
    plan: RestorationPlan, arms: dict[str, Arm], opened: Opened, people: pd.DataFrame, out: Path
) -> dict[str, Path]:
    """Key of each picture to its place."""
    places = {_key("", PRISTINE, name): opened.cohort.path(name) for name in people["image_id"]}
    for damage, arm, n in plan.cells():
        for name in people["image_id"][:n]:
            key = _key(damage, arms[arm].fingerprint, name)
            places[key] = picture_path(out, damage, arms[arm], name)
    return places


def _note_whose(pictures: dict[str, Path], opened: Opened) -> None:
    """Before the cache holds anything of the copies: a child may withdraw."""
    images = opened.cohort.images
    digests = dict(zip(images["image_id"], images["sha256"], strict=True))
    note_origins({sha256_file(path): digests[_image(key)] for key, path in pictures.items()})


def _key(damage: str, treatment: str, name: str) -> str:
    return f"{damage}/{treatment[:16]}/{name}"


def _image(key: str) -> str:
    return key.split("/", 2)[2]


def _z_scores(
    plan: RestorationPlan,
    arms: dict[str, Arm],
    people: pd.DataFrame,
    pictures: dict[str, Path],
    out: Path,
) -> dict[tuple[str, str], np.ndarray[Any, np.dtype[np.float64]]]:
    rows = read_measures(pictures, out / "readings")
    reference = shipped_reference()
    if reference.names != NAMES:
        raise RunError("The reference has other measures than rdface takes.")
    cells, tables = [], []
    for damage, arm, n in (("", PRISTINE, len(people)), *plan.cells()):
        treatment = arms[arm].fingerprint if arm in arms else arm
        own = people["image_id"][:n]
        tables.append(np.stack([rows[_key(damage, treatment, name)] for name in own]))
        # Under the name without the path of its weights, which may name people.
        cells.append((damage, arms[arm].name if arm in arms else arm))
    of = np.concatenate([np.arange(len(table)) for table in tables])
    sexes = [str(sex) for sex in people["sex"].iloc[of]]
    z = reference.z_scores(np.concatenate(tables), people["age"].to_numpy(float)[of], sexes)
    parts = np.split(z, np.cumsum([len(table) for table in tables])[:-1])
    return dict(zip(cells, parts, strict=True))


def _ranks(
    plan: RestorationPlan,
    arms: dict[str, Arm],
    opened: Opened,
    split: Split,
    people: pd.DataFrame,
    pictures: dict[str, Path],
    out: Path,
) -> pd.DataFrame:
    cells = [("", PRISTINE, len(people)), *plan.cells()]
    gallery = embed_all(opened.cohort, plan.backbones, opened.faces)
    tables = []
    for backbone, own in zip(plan.backbones, gallery, strict=True):
        rows = read_embeddings(pictures, out / "readings", backbone)
        probes = []
        for damage, arm, n in cells:
            treatment = arms[arm].fingerprint if arm in arms else arm
            names = people["image_id"][:n]
            probes.append({name: rows[_key(damage, treatment, name)] for name in names})
        ranks = rank_probes(opened, split, own, probes)
        shown = [(d, arms[arm].name if arm in arms else arm) for d, arm, _ in cells]
        tables.append(rank_table(ranks, shown, backbone))
    return pd.concat(tables, ignore_index=True)
