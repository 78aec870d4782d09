"""What changed from one version of a cohort to the next."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from rdface.cohort.cohort import Cohort


@dataclass(frozen=True)
class Version:
    """One of the two sides.

    Attributes:
        name: Name of the cohort.
        version: Its version.
        sha256: Its hash.
        images: Number of images.
        patients: Number of patients of real images.
        conditions: Number of conditions.
    """

    name: str
    version: str
    sha256: str
    images: int
    patients: int
    conditions: int

    @classmethod
    def of(cls, cohort: Cohort) -> Version:
        """Name and count a cohort."""
        info = cohort.info
        patients = len(_patients(cohort))
        sizes = (len(cohort), patients, len(cohort.conditions))
        return cls(info.name, info.version, cohort.sha256, *sizes)


@dataclass(frozen=True)
class Change:
    """One value that is another one now.

    Attributes:
        where: Key of the metadata, or id of the image or condition (as it is now).
        column: Column; empty for a key.
        before: The former value, as text; empty where there was none.
        after: The value now.
    """

    where: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Replaced:
    """Another picture under the same id.

    Attributes:
        image: The id.
        before: SHA-256 of the former picture.
        after: That of the picture now.
        was_of: The id under which this picture was before; empty where it is new.
    """

    image: str
    before: str
    after: str
    was_of: str


@dataclass(frozen=True)
class CohortDiff:
    """All changes; equal versions have none. Ids stand in the order of the tables.

    Attributes:
        before: The former version.
        after: The version now.
        metadata: Keys of ``cohort.yaml``, values as JSON.
        columns_added: Columns that the tables did not have, ``images.csv: light``.
        columns_removed: Columns that they have no more.
        conditions_added: Ids.
        conditions_removed: Ids.
        condition_changes: Values of conditions that are in both.
        patients_added: Ids of patients none of whose pictures were there.
        patients_removed: Ids of patients none of whose pictures are there.
        patients_renamed: Former id, id now; recognised by the pictures.
        patients_merged: Former ids (two or more), the id that they have now.
        patients_divided: Former id, ids (two or more) now.
        images_added: Ids.
        images_removed: Ids.
        images_renamed: Former id, id now; recognised by the SHA-256.
        pictures_replaced: Other pictures under the same ids.
        image_changes: Values of images that are in both. Not listed are ``patient_id`` where the
            patient was renamed, and ``synthetic_of`` where only ids in it were.
        reordered: Tables whose rows or columns stand in another order.
    """

    before: Version
    after: Version
    metadata: tuple[Change, ...] = ()
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    conditions_added: tuple[str, ...] = ()
    conditions_removed: tuple[str, ...] = ()
    condition_changes: tuple[Change, ...] = ()
    patients_added: tuple[str, ...] = ()
    patients_removed: tuple[str, ...] = ()
    patients_renamed: tuple[tuple[str, str], ...] = ()
    patients_merged: tuple[tuple[tuple[str, ...], str], ...] = ()
    patients_divided: tuple[tuple[str, tuple[str, ...]], ...] = ()
    images_added: tuple[str, ...] = ()
    images_removed: tuple[str, ...] = ()
    images_renamed: tuple[tuple[str, str], ...] = ()
    pictures_replaced: tuple[Replaced, ...] = ()
    image_changes: tuple[Change, ...] = ()
    reordered: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether both are the same, to the byte of every picture."""
        return self.before.sha256 == self.after.sha256


def diff_cohorts(before: Cohort, after: Cohort) -> CohortDiff:
    """Compare two versions of a cohort.

    An image is the same where its id is; else where an id that is gone and an id that is new have
    the same picture, byte for byte. A picture that was cut, scaled or encoded anew under another
    id is one removed and one added.

    Args:
        before: The former version.
        after: The version now.
    """
    old, new = (cohort.images.set_index("image_id", drop=False) for cohort in (before, after))
    renamed = _renamed(old, new)
    now = {former: former for former in old.index if former in new.index} | renamed
    left, right = old.loc[list(now)], new.loc[list(now.values())]
    people = _people(before, after, left["patient_id"], right["patient_id"])
    translated = left.assign(
        patient_id=[people.renamed.get(who, who) for who in left["patient_id"]],
        synthetic_of=[
            "|".join(now.get(i, i) for i in of.split("|")) for of in left["synthetic_of"]
        ],
    )
    shared = _shared_columns(old, new)
    known = dict(zip(old["sha256"], old["image_id"], strict=True))
    pictures = zip(left["sha256"], right["sha256"], right["image_id"], strict=True)
    first, second = before.conditions, after.conditions
    first_by_id, second_by_id = (table.set_index("condition") for table in (first, second))
    both = [name for name in first["condition"] if name in second_by_id.index]
    return CohortDiff(
        before=Version.of(before),
        after=Version.of(after),
        metadata=_metadata(before, after),
        columns_added=_columns(after, before),
        columns_removed=_columns(before, after),
        conditions_added=_without(second["condition"], first["condition"]),
        conditions_removed=_without(first["condition"], second["condition"]),
        condition_changes=tuple(
            _changes(first_by_id.loc[both], second_by_id.loc[both], _shared_columns(first, second))
        ),
        patients_added=people.added,
        patients_removed=people.removed,
        patients_renamed=tuple(people.renamed.items()),
        patients_merged=people.merged,
        patients_divided=people.divided,
        images_added=_without(new["image_id"], now.values()),
        images_removed=_without(old["image_id"], now),
        images_renamed=tuple(renamed.items()),
        pictures_replaced=tuple(
            Replaced(image, a, b, known.get(b, "")) for a, b, image in pictures if a != b
        ),
        image_changes=tuple(
            _changes(translated, right, [c for c in shared if c not in ("image_id", "sha256")])
        ),
        reordered=_reordered(before, after, now),
    )


def _patients(cohort: Cohort) -> tuple[str, ...]:
    real = cohort.images[cohort.images["synthetic_of"] == ""]
    return tuple(dict.fromkeys(real["patient_id"]))


def _without(ids: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    known = set(others)
    return tuple(one for one in ids if one not in known)


def _renamed(old: pd.DataFrame, new: pd.DataFrame) -> dict[str, str]:
    """Ids that are gone -> new ids of the same pictures; copies are paired in order."""
    waiting: dict[str, list[str]] = {}
    for image in _without(new.index, old.index):
        waiting.setdefault(str(new.at[image, "sha256"]), []).append(image)
    found = {}
    for image in _without(old.index, new.index):
        same = waiting.get(str(old.at[image, "sha256"]))
        if same:
            found[image] = same.pop(0)
    return found


@dataclass(frozen=True)
class _People:
    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: dict[str, str]
    merged: tuple[tuple[tuple[str, ...], str], ...]
    divided: tuple[tuple[str, tuple[str, ...]], ...]


def _people(before: Cohort, after: Cohort, left: Iterable[str], right: Iterable[str]) -> _People:
    """Recognise patients by the images that are in both."""
    old, new = _patients(before), _patients(after)
    shown = {*old, *new}
    heirs: dict[str, dict[str, None]] = {}
    sources: dict[str, dict[str, None]] = {}
    for former, now in zip(left, right, strict=True):
        if former in shown or now in shown:
            heirs.setdefault(former, {})[now] = None
            sources.setdefault(now, {})[former] = None
    divided = tuple((who, tuple(ids)) for who, ids in heirs.items() if len(ids) > 1)
    merged = tuple((tuple(ids), who) for who, ids in sources.items() if len(ids) > 1)
    renamed = {
        who: next(iter(ids))
        for who, ids in heirs.items()
        if len(ids) == 1
        and who not in new
        and next(iter(ids)) not in old
        and len(sources[next(iter(ids))]) == 1
    }
    return _People(
        added=_without(new, {*old, *sources}),
        removed=_without(old, {*new, *heirs}),
        renamed=renamed,
        merged=merged,
        divided=divided,
    )


def _metadata(before: Cohort, after: Cohort) -> tuple[Change, ...]:
    old, new = (cohort.info.model_dump(mode="json") for cohort in (before, after))

    def text(info: dict[str, object], key: str) -> str:
        return json.dumps(info[key], ensure_ascii=False, sort_keys=True) if key in info else ""

    keys = dict.fromkeys([*old, *new])
    found = (Change(key, "", text(old, key), text(new, key)) for key in keys)
    return tuple(change for change in found if change.before != change.after)


def _columns(these: Cohort, those: Cohort) -> tuple[str, ...]:
    tables = {
        "images.csv": (these.images, those.images),
        "conditions.csv": (these.conditions, those.conditions),
    }
    return tuple(
        f"{name}: {column}"
        for name, (one, other) in tables.items()
        for column in _without(one.columns, other.columns)
    )


def _shared_columns(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    return [column for column in old.columns if column in new.columns]


def _changes(left: pd.DataFrame, right: pd.DataFrame, columns: Iterable[str]) -> Iterable[Change]:
    """Cells that differ, row by row; both tables have their rows in the same order."""
    listed = [column for column in columns if column in left.columns]
    for where, before, after in zip(
        right.index, left[listed].to_numpy(), right[listed].to_numpy(), strict=True
    ):
        for column, old, new in zip(listed, before, after, strict=True):
            if old != new:
                yield Change(str(where), column, str(old), str(new))


def _reordered(before: Cohort, after: Cohort, now: dict[str, str]) -> tuple[str, ...]:
    def differs(old: Iterable[str], new: Iterable[str]) -> bool:
        old, new = dict.fromkeys(old), dict.fromkeys(new)
        return [one for one in old if one in new] != [one for one in new if one in old]

    matched = [now[image] for image in before.images["image_id"] if image in now]
    orders: dict[str, tuple[Iterable[str], Iterable[str]]] = {
        "rows of images.csv": (matched, after.images["image_id"]),
        "rows of conditions.csv": (before.conditions["condition"], after.conditions["condition"]),
        "columns of images.csv": (before.images.columns, after.images.columns),
        "columns of conditions.csv": (before.conditions.columns, after.conditions.columns),
    }
    return tuple(name for name, (old, new) in orders.items() if differs(old, new))
