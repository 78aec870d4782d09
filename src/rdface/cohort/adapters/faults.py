"""Look at the folders of a layout and name all faults at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rdface.cohort.check import Problem, read_table
from rdface.errors import CohortError, ImageError
from rdface.imaging import decode_image, is_closed
from rdface.progress import bar

_OF_THE_SYSTEM = ("thumbs.db", "desktop.ini")


def refuse(source: Path, problems: Iterable[Problem]) -> None:
    """Name every fault of a layout, if there is any.

    Raises:
        CohortError: There is.
    """
    listed = [f"  {problem}" for problem in problems]
    if listed:
        raise CohortError(
            "\n".join([f"{source} has {len(listed)} fault(s):", *listed]),
            hint="Nothing was written. Mend them all, then import again.",
        )


def need_folder(source: Path) -> None:
    """Raise unless ``source`` is a folder with something in it.

    Raises:
        CohortError: It is not.
    """
    if not source.is_dir():
        what = "is no folder" if source.exists() else "does not exist"
        raise CohortError(f"{source} {what}.", hint="Give the folder that holds the pictures.")
    if not any(source.iterdir()):
        raise CohortError(f"{source} is empty.", hint="Give the folder that holds the pictures.")


def entries(folder: Path) -> list[Path]:
    """What lies in a folder, by name, without hidden files and those that systems leave."""
    return sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and path.name.lower() not in _OF_THE_SYSTEM
    )


def closed_pictures(paths: Iterable[Path], source: Path) -> list[Problem]:
    """A fault for each picture of a format that rdface cannot open.

    Args:
        paths: Files below the source.
        source: Folder that is imported.
    """
    reason = "is of a format that rdface cannot open: export it as JPEG or PNG"
    return [
        Problem(path.relative_to(source).as_posix(), None, None, reason)
        for path in sorted(paths)
        if is_closed(path)
    ]


def table(
    file: Path, columns: tuple[str, ...]
) -> tuple[list[dict[str, str]] | None, list[Problem]]:
    """Read a CSV file's rows as strings; None where its form is wrong, which is then named."""
    read, problems = read_table(file.parent, file.name, columns)
    try:
        first = file.read_text(encoding="utf-8-sig").partition("\n")[0]
    except UnicodeDecodeError:
        problems.append(
            Problem(file.name, None, None, "save it as 'CSV UTF-8' in the spreadsheet program")
        )
    except OSError:
        pass  # said already
    else:
        if problems and ";" in first and "," not in first:
            problems = [
                Problem(file.name, 1, None, "is separated by semicolons; it must be by commas")
            ]
    if read is None:
        return None, problems
    return [{str(k): str(v) for k, v in row.items()} for row in read.to_dict("records")], problems


def sizes_of(
    pictures: Mapping[str, Path], description: str
) -> tuple[dict[str, tuple[int, int]], list[Problem]]:
    """Open every picture.

    Args:
        pictures: What to call each, and where it lies.
        description: What the progress bar says.

    Returns:
        Name -> (width, height) in pixels of those that can be opened, and the others as faults.
    """

    def size(name: str, path: Path) -> tuple[int, int] | Problem:
        try:
            height, width, _ = decode_image(path.read_bytes(), repr(path.name)).shape
        except ImageError as error:
            return Problem(name, None, None, error.message)
        except OSError as error:
            return Problem(name, None, None, f"cannot be read: {error.strerror}")
        return width, height

    sizes: dict[str, tuple[int, int]] = {}
    problems = []
    with bar(description, len(pictures)) as advance, ThreadPoolExecutor() as pool:
        for name, found in zip(pictures, pool.map(size, pictures, pictures.values()), strict=True):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                sizes[name] = found
            advance(1)
    return sizes, problems
