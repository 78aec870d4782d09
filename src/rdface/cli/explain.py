"""``rdface explain``: why a gallery ranks a picture as it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.explain import Explanation
    from rdface.explain.terms import ConditionEvidence, State


@click.command()
@click.argument("image")
@click.option("--cohort", required=True, help="Folder or name; the gallery.")
@click.option("--backbone", default="sface", show_default=True)
@click.option("--map", "method", default="occlusion", show_default=True, help="Or gradient, none.")
@click.option(
    "--target",
    default="case",
    show_default=True,
    help="The map's score: case (cosine to the first condition's best case) or margin.",
)
@click.option("--fill", default="blur", show_default=True, help="Of what is hidden; or mean.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Page to write, HTML.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--cases", default=10, show_default=True, help="Nearest cases.")
@click.option("--age", help="Of the person on a file, ISO 8601 such as P6Y4M.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="The same.")
@click.option("--simulated", is_flag=True, help="The file shows nobody.")
@click.option(
    "--reference",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Table of unaffected people; else the shipped one, for simulated pictures only.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--show-faces/--hide-faces",
    default=None,
    help="Faces are shown if, and only if, they are simulated; this overrides it.",
)
def explain(
    image: str,
    cohort: str,
    backbone: str,
    method: str,
    target: str,
    fill: str,
    out: Path | None,
    as_json: bool,
    cases: int,
    age: str | None,
    sex: str | None,
    simulated: bool,
    reference: Path | None,
    seed: int,
    show_faces: bool | None,
) -> None:
    """Explain what the cohort's gallery says of IMAGE, a file or an image_id of the cohort.

    Nearest cases, measures that deviate, terms of the first conditions that agree or disagree with
    the measures, and a map of what the score hangs on, with a test of that map. The whole patient
    of an image of the cohort is left out of gallery and norms. For research use: it is about
    likeness between pictures and says nothing about any single person.
    """
    import json
    from typing import cast

    from rdface.cohort import age_in_years, load_cohort
    from rdface.errors import UsageError
    from rdface.explain import explain as explained
    from rdface.explain.fills import FILLS, Fill
    from rdface.explain.target import TARGETS, TargetName
    from rdface.faces.norms_table import read_reference

    for given, known, what in ((target, TARGETS, "target"), (fill, FILLS, "fill")):
        if given not in known:
            raise UsageError(f"There is no {what} {given!r}.", hint=f"Known: {', '.join(known)}.")
    if out is not None and out.suffix not in {".html", ".htm"}:
        raise UsageError(f"--out {out} must end in .html.")
    try:
        years = age_in_years(age) if age else None
    except ValueError as error:
        raise UsageError(f"--age: {error}.") from None
    found = explained(
        image,
        load_cohort(cohort),
        backbone,
        method=None if method == "none" else method,
        target=cast(TargetName, target),
        fill=cast(Fill, fill),
        reference=read_reference(reference) if reference is not None else None,
        sex=sex or "",
        age=years,
        simulated=simulated,
        shown=cases,
        seed=seed,
    )
    if out is not None:
        from rdface.pages.explanation import write_explanation

        write_explanation(found, out, show_faces=show_faces)
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print(found)
        if out is not None:
            click.echo(out)


def _print(found: Explanation) -> None:
    """The gist, for people at a terminal."""
    from rdface.cli.tables import print_table
    from rdface.explain.explanation import verdict

    probe, near = found.probe, found.neighbours
    kind = "simulated" if probe.simulated else "not known to be simulated"
    click.echo(
        f"{probe.name} ({kind}) against {near.n_cases} pictures of {near.n_patients} patients"
    )
    for note in probe.notes:
        click.echo(note)
    rows = [
        [
            case.image_id,
            case.name,
            case.sex,
            case.age,
            f"{case.cosine:.3f}",
            *(
                ""
                if share is None
                else f"{100 * share.value:.0f} [{100 * share.low:.0f}, {100 * share.high:.0f}]"
                for share in (case.above_same, case.above_different)
            ),
        ]
        for case in near.cases
    ]
    head = ["case", "condition", "sex", "age", "cosine", "% same below", "% different below"]
    print_table(head, rows)
    for each in near.conditions[:5]:
        click.echo(f"{each.place}. {each.name} ({each.cosine:.3f}, {each.image_id})")
    measured = found.measured
    if measured.left_out:
        click.echo(f"No measures: {measured.left_out}.")
    else:
        for one in measured.deviating:
            click.echo(one.sentence)
        click.echo(
            f"{len(measured.deviating)} measures deviate; {measured.by_chance:.1f} would by chance."
        )
        for evidence in found.conditions:
            click.echo(_terms(evidence))
    if found.map is not None and found.test is not None:
        click.echo(f"Map ({found.map.method}) of the {found.target.about}: {verdict(found.test)}.")


def _terms(evidence: ConditionEvidence) -> str:
    """``Noonan syndrome 1: agree Hypertelorism; disagree none; 12 not measurable``."""

    def labels(state: State) -> str:
        return ", ".join(term.label for term in evidence.of(state)) or "none"

    return (
        f"{evidence.name}: agree {labels('agrees')}; disagree {labels('disagrees')}; "
        f"{len(evidence.of('neither'))} usual, {len(evidence.of('not measurable'))} not measurable"
    )
