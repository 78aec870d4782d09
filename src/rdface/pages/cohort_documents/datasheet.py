"""The datasheet as Markdown; its shape follows Gebru et al. 2021."""

from __future__ import annotations

from rdface.cohort.documents import Answer, CohortFacts, Datasheet


def write_datasheet(facts: CohortFacts, sheet: Datasheet) -> str:
    """The text of ``datasheet.md``.

    Every question stands with what a person wrote in ``cohort.yaml`` and what the metadata and
    the tables say; a question with neither is marked as a gap.
    """
    info = facts.info
    lines = [
        f"# Datasheet: {info.name} {info.version}",
        "",
        *([info.title, ""] if info.title else []),
        *(["**No picture shows a real person: the cohort is simulated.**", ""]
          if info.simulated else []),
        "The questions follow Gebru et al., Datasheets for Datasets, Communications of the ACM"
        " 64(12), 2021. Answers come from cohort.yaml and the tables; what nobody has stated is"
        " marked as a gap.",
    ]  # fmt: skip
    for title, answers in sheet.under_headings.items():
        lines += ["", f"## {title}"]
        for answer in answers:
            lines += ["", f"**{answer.question.text}** `{answer.question.id}`", "", _body(answer)]
    answered = len(sheet.answers) - len(sheet.gaps)
    lines += ["", "---", "", f"{answered} of {len(sheet.answers)} answered."]
    if sheet.gaps:
        lines += ["", f"Gaps: {', '.join(f'`{gap}`' for gap in sheet.gaps)}."]
    if sheet.unknown:
        unknown = ", ".join(f"`{key}`" for key in sheet.unknown)
        lines += ["", f"Keys under `datasheet:` that are no question: {unknown}."]
    return "\n".join(lines) + "\n"


def _body(answer: Answer) -> str:
    if answer.gap:
        return f"> **GAP:** {answer.gap}"
    return "\n\n".join(filter(None, [answer.written, answer.found]))
