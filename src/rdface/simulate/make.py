"""Make a cohort folder: plan, render what is missing, write the tables."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdface.engines import Engine, Here, Local, Needs
from rdface.errors import RunError, SimulationError, UsageError
from rdface.files import code_sha256, sha256_bytes, sha256_file, write_bytes, write_json
from rdface.progress import bar
from rdface.simulate.defaults import SAMPLES, SIZE
from rdface.simulate.people.child import Child, View
from rdface.simulate.people.plan import Plan, Shot, make_plan
from rdface.simulate.people.populations import Population, of_population

if TYPE_CHECKING:
    from rdface.cohort import Cohort, CohortInfo

HPO_RELEASE = "2025-01-16"
VERSION = "1"
_TITLES = {
    Population.PATIENTS: "Simulated children with rare-disease facial phenotypes",
    Population.CONTROLS: "Simulated unaffected children",
    Population.FRESH: "Fresh simulated patients: never to train on, never to choose by",
    Population.STUDY: "Population of simulated patients, to draw cohorts from",
    Population.UNAFFECTED: "Simulated unaffected children, to train base models on",
}
_RECORD = "simulation.json"
_NOTES = ".rendered"

ATTEMPTS = 6
"""Workers that a picture may kill."""


@dataclass(frozen=True)
class _Job:
    folder: Path
    shot: Shot
    key: str


@dataclass(frozen=True)
class _Renderer:
    mesh: Path
    size: int
    samples: int


def simulate_cohort(
    out: Path,
    *,
    images: int = 456,
    conditions: int = 103,
    seed: int = 0,
    population: Population = Population.PATIENTS,
    engine: Engine | None = None,
    size: int = SIZE,
    samples: int = SAMPLES,
    name: str | None = None,
    mesh: Path | None = None,
) -> Cohort:
    """Simulate children with known HPO terms and write them as a cohort.

    The same arguments give the same bytes, whatever the engine. A run that was
    stopped goes on where it was when called again.

    Args:
        out: Folder of the cohort; made if need be, and never one that holds something else.
        images: Number of pictures of the patients.
        conditions: Number of conditions, at most 103.
        seed: Everything follows from it.
        population: The patients, or controls or fresh patients that go with them.
        engine: Where pictures are rendered; processes on the cores of this machine if None.
        size: Width and height in pixels.
        samples: Light paths per pixel.
        name: The cohort's name; by default that of the folder.
        mesh: Folder with the MPFB2 data; by default the weight `mpfb2`.

    Raises:
        UsageError: Numbers that cannot be met, or a folder that holds something else.
        WeightsError: `mpfb2` has not been pulled.
        SimulationError: mitsuba is missing, or a picture could not be rendered.
    """
    if size < 32 or samples < 1:
        raise UsageError("a picture has at least 32 pixels a side and 1 sample a pixel")
    plan = of_population(make_plan(images, conditions, seed), population)
    _need_renderer()
    mesh = mesh or _mesh()
    made_with = _made_with(mesh)
    options = {"images": images, "conditions": conditions, "seed": seed}
    record = {**options, "population": str(population), **_record(plan, size, samples, made_with)}
    info = _info(name or out.resolve().name, record)
    _claim(out, record)
    jobs = [_Job(out, shot, _key(shot, size, samples, made_with)) for shot in plan.shots]
    missing = [job for job in jobs if _noted(job) is None]
    if missing:
        from rdface.simulate.head.mesh import load_head

        load_head(mesh)  # fills the cache once, before the workers ask for it
    with bar(f"simulating {len(jobs)} faces", len(jobs)) as advance:
        advance(len(jobs) - len(missing))
        try:
            for number, done in (engine or Local()).run(
                _render_shot,
                [job.shot for job in missing],
                _Renderer(mesh, size, samples),
                needs=Needs(attempts=ATTEMPTS, threads=1),
            ):
                _keep(missing[number], *done)
                advance(1)
        except RunError as error:
            hint = f"{error.hint} 1.5 GB per worker is plenty."
            raise SimulationError(error.message, hint=hint) from error
    return _write(out, plan, jobs, info)


def _render_shot(renderer: _Renderer, shot: Shot, here: Here) -> tuple[bytes, dict[str, Any]]:
    """Render one picture, in a worker: the JPEG and where the head is.

    A first crash may have come from outside and is simply tried again; after that one strand of
    hair fewer is rendered at each attempt, always in the same way.
    """
    from rdface.imaging import encode_jpeg
    from rdface.simulate.head.mesh import load_head
    from rdface.simulate.photo.film import expose
    from rdface.simulate.render.develop import develop
    from rdface.simulate.render.scene import render

    picture, ellipse = render(
        load_head(renderer.mesh if here.local else _mesh()),
        shot.child,
        shot.view,
        size=renderer.size,
        samples=renderer.samples,
        hide=max(0, here.attempt - 1),
    )
    taken = expose(develop(picture, shot.child, shot.view), shot.view.film)
    return encode_jpeg(taken, shot.view.quality), asdict(ellipse)


def _keep(job: _Job, data: bytes, ellipse: dict[str, Any]) -> None:
    """Write a picture and note that it is done."""
    write_bytes(_picture(job), data)
    write_json(_note(job), {"key": job.key, "sha256": hashlib.sha256(data).hexdigest(), **ellipse})


def _picture(job: _Job) -> Path:
    return job.folder / "images" / f"{job.shot.image_id}.jpg"


def _note(job: _Job) -> Path:
    return job.folder / _NOTES / f"{job.shot.image_id}.json"


def _noted(job: _Job) -> Mapping[str, Any] | None:
    """The note of a finished picture, None if it is missing, altered or of another plan."""
    try:
        note = json.loads(_note(job).read_text())
        data = _picture(job).read_bytes()
    except (OSError, ValueError):
        return None
    fits = note.get("key") == job.key and note.get("sha256") == hashlib.sha256(data).hexdigest()
    return note if fits else None


def _key(shot: Shot, size: int, samples: int, made_with: str) -> str:
    """Names a picture by all that it is made of: child, view, and :func:`_made_with`."""
    parts: tuple[Child | View, ...] = (shot.child, shot.view)
    content = json.dumps([asdict(part) for part in parts] + [size, samples, made_with])
    return hashlib.sha256(content.encode()).hexdigest()


def _made_with(mesh: Path) -> str:
    """Hash of all besides its arguments that decides a picture's bytes.

    The head's files, the code here and that which writes a JPEG, and the packages below.
    """
    import cv2
    import numpy as np
    import PIL
    import scipy

    from rdface import imaging

    here = Path(__file__).parent
    read = ((mesh, "3dobjs/base.obj"), (mesh, "targets/**/*.target.gz"), (here, "**/*.csv"))
    files = {
        path.relative_to(root).as_posix(): sha256_file(path)
        for root, pattern in read
        for path in root.glob(pattern)
    }
    parts = {
        "code": [code_sha256(here), sha256_file(Path(imaging.__file__))],
        "files": files,
        "mitsuba": version("mitsuba"),
        "others": [each.__version__ for each in (cv2, np, PIL, scipy)],
    }
    return sha256_bytes(json.dumps(parts, sort_keys=True).encode())


def _record(plan: Plan, size: int, samples: int, made_with: str) -> dict[str, Any]:
    keys = "".join(_key(shot, size, samples, made_with) for shot in plan.shots)
    return {
        "size": size,
        "samples": samples,
        "mitsuba": version("mitsuba"),
        "plan_sha256": hashlib.sha256(keys.encode()).hexdigest(),
    }


def _claim(out: Path, record: Mapping[str, Any]) -> None:
    """Take the folder for this plan, or refuse it."""
    known = out / _RECORD
    if known.is_file():
        try:
            if json.loads(known.read_text(encoding="utf-8")) == record:
                return
        except ValueError:
            pass  # damaged: of no plan that is known
        raise UsageError(
            f"{out} holds a cohort of another plan, or of another version of the simulator or of"
            " the packages that it renders with",
            hint="choose another folder, or remove this one",
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not empty", hint="choose a new folder")
    out.mkdir(parents=True, exist_ok=True)
    write_json(known, dict(record))


def _need_renderer() -> None:
    try:
        version("mitsuba")
    except ImportError:
        raise SimulationError(
            "the renderer mitsuba is not installed", hint="pip install 'rdface[simulate]'"
        ) from None


def _mesh() -> Path:
    from rdface.weights import where

    return where("mpfb2")


def _info(name: str, record: Mapping[str, Any]) -> CohortInfo:
    from pydantic import ValidationError

    from rdface.cohort import CohortInfo

    usual = {"population": str(Population.PATIENTS), "size": SIZE, "samples": SAMPLES}
    options = {key: record[key] for key in ("images", "conditions", "seed")}
    options |= {key: record[key] for key, value in usual.items() if record[key] != value}
    command = "rdface simulate --out " + shlex.quote(name)
    command += "".join(f" --{key} {value}" for key, value in options.items())
    try:
        return CohortInfo(
            name=name,
            version=VERSION,
            title=_TITLES[Population(record["population"])] + "; no picture shows a person",
            licence="CC0-1.0",
            simulated=True,
            evaluation_only=record["population"] == Population.FRESH,
            sources=(
                "rdface simulator",
                "Head geometry: MakeHuman/MPFB2 data, CC0-1.0",
                f"Facial terms: Human Phenotype Ontology {HPO_RELEASE} (Koehler et al.), unaltered",
            ),
            hpo_release=HPO_RELEASE,
            command=command,  # type: ignore[call-arg] # an extra key, kept by the model
        )
    except ValidationError:
        raise UsageError(
            f"a cohort cannot be called {name!r}",
            hint="letters, digits, dot, dash and underscore, the first a letter or a digit",
        ) from None


def _write(out: Path, plan: Plan, jobs: list[_Job], info: CohortInfo) -> Cohort:
    from rdface.cohort import write_cohort
    from rdface.simulate.tables import condition_table, image_table

    notes = [_noted(job) for job in jobs]
    done = [note for note in notes if note is not None]
    if len(done) < len(jobs):
        raise SimulationError(f"{len(jobs) - len(done)} pictures vanished while they were made")
    return write_cohort(out, info, image_table(plan, done), condition_table(plan))
