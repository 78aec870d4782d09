"""A dataset card as Hugging Face shows it: a YAML header, then what must be known before use."""

from __future__ import annotations

from typing import Any

import yaml

from rdface.cohort.documents import CohortFacts, Datasheet
from rdface.cohort.documents.from_people import terms_in_words
from rdface.cohort.subgroups import GroupTable
from rdface.pages.wording import count

_KNOWN_LICENCES = frozenset(
    """apache-2.0 mit cc0-1.0 cc-by-4.0 cc-by-sa-4.0 cc-by-nc-4.0 cc-by-nc-sa-4.0 cc-by-nc-nd-4.0
    cc-by-nd-4.0 odc-by odbl pddl""".split()
)
"""Licences that the hub knows by an identifier; others are ``other`` with their name."""
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_GAP = "> **GAP:** not stated"


def write_card(facts: CohortFacts, sheet: Datasheet) -> str:
    """The text of ``card.md``; on a hub it is the ``README.md`` of the data set."""
    info = facts.info
    header = yaml.safe_dump(_header(facts), sort_keys=False, allow_unicode=True)
    tables = facts.subgroups.single
    parts = [
        f"---\n{header}---",
        f"# {info.name} {info.version}",
        info.title,
        "**No picture shows a real person: the cohort is simulated.**" if info.simulated else
        "**These are photographs of patients.** A face identifies a person; mind the terms below.",
        "## At a glance",
        _at_a_glance(facts),
        "![Patients by country, sex and age group; conditions by number of images](cohort.png)",
        "## Composition",
        *(_table(tables[by]) for by in ("sex", "age", "ancestry", "region")),
        _hidden(facts),
        "## Licence and terms",
        _said(sheet, "distribution.licence"),
        _terms(facts),
        _said(sheet, "uses.forbidden"),
        _said(sheet, "distribution.third", optional=True),
        "## Ethics",
        _said(sheet, "collection.ethics"),
        _said(sheet, "collection.consent"),
        _said(sheet, "collection.withdrawal"),
        "## Limits",
        _limits(facts),
        _said(sheet, "uses.harm"),
        _said(sheet, "composition.errors"),
        "## How to cite",
        _said(sheet, "distribution.cite"),
        "## How to load",
        _loading(),
        f"The [datasheet](datasheet.md) answers {len(sheet.answers) - len(sheet.gaps)} of"
        f" {len(sheet.answers)} questions; [all subgroup tables](subgroups.csv).",
    ]  # fmt: skip
    # What is not applicable is said once, not under each of the questions it answers.
    said = dict.fromkeys(part for part in parts if part)
    return "\n\n".join(said) + "\n"


def _header(facts: CohortFacts) -> dict[str, Any]:
    info = facts.info
    licence = info.licence.lower()
    header: dict[str, Any] = {"pretty_name": f"{info.name} {info.version}"}
    if licence in _KNOWN_LICENCES:
        header["license"] = licence
    else:
        header |= {"license": "other", "license_name": info.licence}
    size = facts.summary.n_images
    header["size_categories"] = [next((name for n, name in _SIZES if size < n), "n>1M")]
    header["task_categories"] = ["image-classification"]
    tags = ["medical", "rare-diseases", "faces", *(["synthetic"] if info.simulated else [])]
    return header | {"tags": tags}


def _at_a_glance(facts: CohortFacts) -> str:
    known, info = facts.summary, facts.info
    rows = {
        "images": f"{known.n_images}"
        + (f", {known.n_synthetic} of them synthetic" if known.n_synthetic else ""),
        "patients": f"{known.n_patients}"
        + (f" ({info.unknown_patients})" if info.unknown_patients else ""),
        "conditions": str(known.n_conditions),
        "countries": str(facts.subgroups.n_countries),
        "mean age": f"{known.mean_age:.2f} years (images)" if known.ages else "",
        "HPO release": info.hpo_release,
        "licence": info.licence,
        "sha256": f"`{facts.sha256}`",
    }
    body = "\n".join(f"| {name} | {value} |" for name, value in rows.items() if value)
    return f"| | |\n|---|---|\n{body}"


def _table(table: GroupTable) -> str:
    lines = [f"| {table.rows} | patients | images |", "|---|---|---|"]
    for group in table.row_groups:
        n = table.row_totals[group]
        cells = ("hidden", "hidden") if n.hidden else (str(n.patients), str(n.images))
        lines.append(f"| {group or 'not known'} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def _hidden(facts: CohortFacts) -> str:
    if facts.subgroups.smallest < 2:
        return ""
    return (
        f"Counts of fewer than {facts.subgroups.smallest} patients are hidden, and with them"
        " others by which they could be worked out."
    )


def _terms(facts: CohortFacts) -> str:
    if not facts.info.data_use:
        return f"{_GAP}: fill `data_use` in cohort.yaml (codes of the GA4GH Data Use Ontology)."
    return "\n".join(f"- {term}" for term in terms_in_words(facts).split("; "))


def _said(sheet: Datasheet, question_id: str, *, optional: bool = False) -> str:
    answer = sheet.answer(question_id)
    if answer.gap:
        return "" if optional else f"> **GAP:** {answer.question.text} {answer.gap}"
    return "\n\n".join(filter(None, [answer.written, answer.found]))


def _limits(facts: CohortFacts) -> str:
    known = facts.summary
    lines = ["A program that recognises a condition here gives no clinical statement on a person."]
    if facts.condition_sizes_shown:
        sizes = known.images_per_condition.values()
        lines.append(f"A condition has {min(sizes)} to {max(sizes)} images.")
    totals = facts.subgroups.single["condition"].row_totals
    if not any(n.hidden for n in totals.values()):  # else it may be said of all that are hidden
        lone = sum(n == 1 for n in known.patients_per_condition.values())
        lines.append(f"{count(lone, 'condition')} of {known.n_conditions} have one patient.")
    if facts.info.simulated:
        lines.append("Numbers on rendered faces do not carry over to photographs.")
    if facts.info.unknown_patients:
        lines.append("Pictures of one child may stand on both sides of any division.")
    return "\n".join(f"- {line}" for line in lines)


def _loading() -> str:
    return (
        "```python\nfrom rdface.cohort import load_cohort\n\n"
        'cohort = load_cohort("FOLDER")  # checks every row, and every picture by its SHA-256\n'
        "cohort.images, cohort.conditions  # pandas tables\n```"
    )
