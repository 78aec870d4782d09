"""Open a cohort by its folder or, where it is shipped with rdface, by its name."""

from __future__ import annotations

from pathlib import Path

from rdface.cohort.check import Problem, examine
from rdface.cohort.cohort import Cohort
from rdface.errors import CohortError

_SHIPPED = Path(__file__).parent / "shipped"
_SHOWN_PROBLEMS = 20


def shipped_cohorts() -> list[str]:
    """Names of the cohorts that come with rdface."""
    return sorted(folder.name for folder in _SHIPPED.glob("*") if (folder / "images.csv").exists())


def shipped_folder(name: str) -> Path:
    """Folder of a shipped cohort, whatever lies in the working folder."""
    return _SHIPPED / name


def find_cohort(name_or_folder: str | Path) -> Path:
    """Folder of a cohort; a folder of that name here goes before a shipped cohort.

    Raises:
        CohortError: There is neither.
    """
    folder = Path(name_or_folder)
    if folder.is_dir():
        return folder
    if str(name_or_folder) in shipped_cohorts():
        return shipped_folder(str(name_or_folder))
    raise CohortError(
        f"There is no cohort folder {str(name_or_folder)!r}.",
        hint=f"Give a folder, or one of the shipped cohorts: {', '.join(shipped_cohorts())}.",
    )


def check_cohort(name_or_folder: str | Path) -> list[Problem]:
    """List everything that is wrong with a cohort; an empty list means that it is sound."""
    return examine(find_cohort(name_or_folder))[1]


def load_cohort(name_or_folder: str | Path) -> Cohort:
    """Read a cohort, whole and checked, every picture included.

    Args:
        name_or_folder: A folder, or the name of a shipped cohort.

    Raises:
        CohortError: It is not there or has problems; the first of them are named.
    """
    root = find_cohort(name_or_folder)
    cohort, problems = examine(root)
    if cohort is None:
        raise refusal(root, problems)
    return cohort


def refusal(root: Path, problems: list[Problem]) -> CohortError:
    """The error that names the first problems of a cohort."""
    shown = [f"  {problem}" for problem in problems[:_SHOWN_PROBLEMS]]
    more = len(problems) - _SHOWN_PROBLEMS
    if more > 0:
        shown.append(f"  ... and {more} more")
    return CohortError(
        "\n".join([f"The cohort {root} has {len(problems)} problem(s):", *shown]),
        hint=f"Mend them, then try `rdface cohort check {root}`.",
    )
