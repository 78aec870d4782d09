"""A new cohort whose pictures are restored; the untouched ones stay beside them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rdface.errors import UsageError
from rdface.faces.picture import picture_bytes
from rdface.files import atomic_path, sha256_bytes, write_json
from rdface.imaging import Image, decode_image
from rdface.progress import bar
from rdface.restore.greyness import GREY, colourfulness
from rdface.restore.step import Chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from rdface.cohort import Cohort

ORIGINALS: Final = "originals"
RECORD: Final = "restoration"
"""Key of ``cohort.yaml``."""
COLOUR: Final = "colourfulness"
"""Column that says how black and white a picture was, where that was asked."""
_KEY, _PARTS, _COHORT = "key.json", "parts", "cohort"


@dataclass(frozen=True)
class Selection:
    """Which pictures are restored; a picture must pass every condition.

    Attributes:
        ids: Only these; None for all.
        grey: Only those that are black and white (:func:`rdface.restore.greyness.is_grey`).
        smaller_than: Only those whose longer side has fewer pixels; 0 for all.
    """

    ids: Collection[str] | None = None
    grey: bool = False
    smaller_than: int = 0

    def takes(self, image_id: str, image: Image) -> bool:
        """Whether a picture is restored."""
        return (
            (self.ids is None or image_id in self.ids)
            and not (self.smaller_than and max(image.shape[:2]) >= self.smaller_than)
            and not (self.grey and colourfulness(image) > GREY)
        )


def restore_cohort(
    cohort: Cohort, chain: Chain, out: Path, selection: Selection | None = None, name: str = ""
) -> Cohort:
    """Restore the pictures of a cohort into a new one.

    Ids, order and all else are kept. A restored picture is a PNG file; column ``restored`` has the
    steps that applied, ``original`` the untouched file below the new folder. Until the cohort is
    whole, what was restored lies in a hidden folder beside ``out``, closed to other users: a run
    that was killed goes on from there.

    Args:
        cohort: The cohort.
        chain: What is done.
        out: The new folder.
        selection: Which pictures; all by default. The others are copied as they are.
        name: Of the new cohort; that of the old one with ``-restored`` behind it by default.

    Raises:
        UsageError: ``out`` is there, lies inside the cohort, or is being made by other steps; or
            an id that the cohort does not have.
        ImageError: A picture cannot be opened, is too large, or was altered.
        TermsError: Consent for a picture has ended, or it was withdrawn.
    """
    from rdface.cohort.adapters.folder import check_new
    from rdface.cohort.terms import check_allowed

    check_allowed(cohort, "use")
    selection = selection or Selection()
    strange = sorted(set(selection.ids or ()) - set(cohort.image_ids))
    if strange:
        raise UsageError(f"{cohort.info.name} has no image {strange[0]!r}.")
    if name and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise UsageError(
            f"{name!r} cannot be the name of a cohort.",
            hint="Letters, digits, dot, dash and underscore; the first one a letter or a digit.",
        )
    check_new(out, outside=cohort.root)
    out = out.resolve()
    work = out.with_name(f".{out.name}.restoring")
    with _claimed(work, {"cohort": cohort.sha256, "steps": chain.fingerprint}):
        parts = work / _PARTS
        made = _restore_all(cohort, chain, selection, parts)
        built = work / _COHORT
        shutil.rmtree(built, ignore_errors=True)
        built.mkdir(mode=0o700)
        restored = _build(cohort, chain, made, built, name)
        if out.is_dir():
            out.rmdir()  # empty, as was checked
        built.replace(out)
    shutil.rmtree(work)
    return type(restored)(out, restored.info, restored.images, restored.conditions)


@contextmanager
def _claimed(work: Path, about: dict[str, str]) -> Iterator[None]:
    """Hold the hidden folder; refuse one that belongs to other steps or to another cohort."""
    from filelock import FileLock, Timeout

    work.parent.mkdir(parents=True, exist_ok=True)
    work.mkdir(mode=0o700, exist_ok=True)
    try:
        with FileLock(work / ".lock", timeout=0):
            key = work / _KEY
            if not key.is_file():
                write_json(key, about)
            elif json.loads(key.read_text(encoding="utf-8")) != about:
                raise UsageError(
                    f"{work} holds an unfinished restoration by other steps or of another cohort.",
                    hint="Finish it with the same command, or remove that folder.",
                )
            yield
    except Timeout as error:
        raise UsageError(
            f"Another process restores into {work}.", hint="Wait for it, or give another --out."
        ) from error


@dataclass(frozen=True)
class _Made:
    """A picture of the new cohort: its file if it was restored, and what was done."""

    file: Path | None
    applied: tuple[str, ...]
    colour: float


def _restore_all(
    cohort: Cohort, chain: Chain, selection: Selection, parts: Path
) -> dict[str, _Made]:
    from PIL import Image as Pillow

    asks_colour = selection.grey or "ddcolor" in chain.names
    made: dict[str, _Made] = {}
    digests = cohort.images["sha256"].astype(str)
    with bar("Restoring", len(cohort)) as advance:
        for name, digest in zip(cohort.image_ids, digests, strict=True):
            image = decode_image(picture_bytes(cohort.path(name), name, digest), name)
            colour = colourfulness(image) if asks_colour else np.nan
            if not selection.takes(name, image):
                made[name] = _Made(None, (), colour)
                advance(1)
                continue
            # Which steps applied stands in the name, so that file and record cannot part.
            found = next(parts.glob(f"{digest}-*.png"), None)
            if found is None:
                result = chain.run(image)
                bits = "".join("01"[step in result.applied] for step in chain.names)
                found = parts / f"{digest}-{bits}.png"
                with atomic_path(found) as part:
                    Pillow.fromarray(result.image).save(part, "PNG")
            bits = found.stem.rpartition("-")[2]
            applied = tuple(step for step, bit in zip(chain.names, bits, strict=True) if bit == "1")
            made[name] = _Made(found if applied else None, applied, colour)
            advance(1)
    return made


def _build(cohort: Cohort, chain: Chain, made: dict[str, _Made], root: Path, name: str) -> Cohort:
    """Lay the folder out and write its tables."""
    from rdface.cohort import write_cohort

    images = cohort.images.copy()
    taken = set(images["file"].astype(str))
    files, originals, steps = [], [], []
    earlier = _column(images, "restored"), _column(images, "original")
    for place, (image_id, file) in enumerate(zip(cohort.image_ids, images["file"], strict=True)):
        one, before, first = made[image_id], earlier[0][place], earlier[1][place]
        kept = str(first)
        if first:  # restored before: the first original is the one that counts
            _copy(cohort.root / first, root / first)
        if one.file is None:
            _copy(cohort.path(image_id), root / file)
            files.append(str(file))
        else:
            if not first:
                kept = f"{ORIGINALS}/{file}"
                _copy(cohort.path(image_id), root / kept)
            new = _free_name(str(file), taken)
            _copy(one.file, root / new)
            files.append(new)
        steps.append("|".join(filter(None, (before, *one.applied))))
        originals.append(kept)
    images["file"], images["restored"], images["original"] = files, steps, originals
    if any(np.isfinite(one.colour) for one in made.values()):
        images[COLOUR] = [f"{made[image_id].colour:.1f}" for image_id in cohort.image_ids]
    record: dict[str, Any] = {
        "of": f"{cohort.info.name} {cohort.info.version}, sha256 {cohort.sha256}",
        "steps": [{"step": step.name, "fingerprint": step.fingerprint} for step in chain.steps],
        "images": sum(bool(one.applied) for one in made.values()),
    }
    history = [*(cohort.info.model_extra or {}).get(RECORD, []), record]
    info = type(cohort.info).model_validate(
        cohort.info.model_dump(mode="json")
        | {"name": name or f"{cohort.info.name}-restored", RECORD: history}
    )
    return write_cohort(root, info, images, cohort.conditions)


def _free_name(file: str, taken: set[str]) -> str:
    """The same path with the ending of a PNG file, or the next one that is free."""
    path = PurePosixPath(file)
    for ending in (".png", "-restored.png", f"-{sha256_bytes(file.encode())[:8]}.png"):
        new = str(path.with_name(path.stem + ending))
        if new == file or new not in taken:
            taken.add(new)
            return new
    raise UsageError(f"No name is free for the restored picture of {file}.")


def _column(images: pd.DataFrame, name: str) -> list[str]:
    return [str(one) for one in images[name]] if name in images else [""] * len(images)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
