"""Whether the packages that rdface asks for are here, in a version that fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from packaging.requirements import Requirement

from rdface.doctor.finding import Finding

_FOR_DEVELOPERS = {"docs", "test"}


def examine_packages() -> Iterator[Finding]:
    """The base install, then each extra, from the metadata of the installed rdface."""
    try:
        wanted = [Requirement(line) for line in requires("rdface") or ()]
    except PackageNotFoundError:
        yield Finding(
            section="packages",
            name="rdface",
            state="wrong",
            about="pip knows nothing of it: what it needs cannot be compared with what is here",
            mend="Run `pip install .` in its folder, or install its wheel.",
        )
        return
    base = [one for one in wanted if _applies(one)]
    yield _base(base)
    for extra in sorted(set(_extras()) - _FOR_DEVELOPERS):
        added = [one for one in wanted if one not in base and _applies(one, extra)]
        if added:  # some are for other systems
            yield _extra(extra, added)


def _extras() -> Sequence[str]:
    return metadata("rdface").get_all("Provides-Extra") or ()


def _applies(one: Requirement, extra: str = "") -> bool:
    return one.marker is None or one.marker.evaluate({"extra": extra})


def _faults(wanted: Sequence[Requirement]) -> tuple[list[str], list[str]]:
    """Names that are not here, and names of another version than asked for."""
    missing, unfit = [], []
    for one in wanted:
        try:
            here = version(one.name)
        except PackageNotFoundError:
            missing.append(one.name)
            continue
        if not one.specifier.contains(here, prereleases=True):
            unfit.append(f"{one.name} {here} (wants {one.specifier})")
    return missing, unfit


def _base(wanted: Sequence[Requirement]) -> Finding:
    missing, unfit = _faults(wanted)
    if not missing and not unfit:
        about = f"all {len(wanted)} are here, in versions that fit"
        return Finding(section="packages", name="base install", state="good", about=about)
    return Finding(
        section="packages",
        name="base install",
        state="wrong",
        about=_words(missing, unfit),
        mend="Run `pip install --upgrade rdface`, or install its wheel again.",
    )


def _extra(name: str, wanted: Sequence[Requirement]) -> Finding:
    missing, unfit = _faults(wanted)
    if not missing and not unfit:
        return Finding(section="extras", name=name, state="good", about="installed")
    return Finding(
        section="extras",
        name=name,
        state="absent",
        about=_words(missing, unfit),
        mend=f"Run `pip install 'rdface[{name}]'`; in a checkout `pip install -e '.[{name}]'`.",
    )


def _words(missing: Sequence[str], unfit: Sequence[str]) -> str:
    parts = []
    if missing:
        parts.append(f"not here: {', '.join(missing)}")
    if unfit:
        parts.append(f"of another version: {', '.join(unfit)}")
    return "; ".join(parts)
