"""Answers about people, terms and rights, from ``cohort.yaml`` and the columns of use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rdface.cohort.documents.facts import CohortFacts
from rdface.cohort.terms import named

NOBODY: Final = "Not applicable: no picture shows a real person (`simulated: true`)."


def _if_simulated(facts: CohortFacts) -> str:
    return NOBODY if facts.info.simulated else ""


def _confidential(facts: CohortFacts) -> str:
    if facts.info.simulated:
        return NOBODY
    return "Yes: faces of patients together with their conditions."


def _identity(facts: CohortFacts) -> str:
    if facts.info.simulated:
        return NOBODY
    columns = [c for c in ("sex", "age", "ancestry", "country") if facts.filled[c]]
    beside = f" Beside the picture stand {', '.join(columns)}." if columns else ""
    return f"Yes: a face identifies a person, whatever its id says.{beside}"


def _sensitive(facts: CohortFacts) -> str:
    if facts.info.simulated:
        return NOBODY
    kinds = ["the condition (health)", "the face (biometric)"]
    if facts.filled["ancestry"]:
        kinds.append("ancestry")
    if facts.filled["hpo_terms"]:
        kinds.append("clinical signs (health)")
    return f"Yes: {', '.join(kinds)}."


def _sources(facts: CohortFacts) -> str:
    stated = _lines(facts.info.sources)
    listed = facts.values.get("source", {})
    return " ".join(filter(None, [stated, _tally("Column `source`", listed, facts)]))


def _ethics(facts: CohortFacts) -> str:
    if facts.info.simulated:
        return NOBODY
    of_images = _tally("Column `ethics`", facts.values.get("ethics", {}), facts)
    return " ".join(filter(None, [_lines(facts.info.ethics), of_images]))


def _consent(facts: CohortFacts) -> str:
    if facts.info.simulated:
        return NOBODY
    return _tally("Column `consent`", facts.values.get("consent", {}), facts)


def _steps(facts: CohortFacts) -> str:
    return _tally("Column `restored`", facts.values.get("restored", {}), facts)


def _raw(facts: CohortFacts) -> str:
    kept = facts.filled.get("original", 0)
    if not kept:
        return ""
    return f"Of {kept} images the picture before is kept, below the cohort folder (`original`)."


def _software(facts: CohortFacts) -> str:
    command = facts.extra.get("command")
    return f"Made by rdface: `{command}`." if command else ""


def _forbidden(facts: CohortFacts) -> str:
    parts = []
    if facts.info.evaluation_only:
        parts.append("Nothing may be trained on it or chosen by it.")
    if facts.info.forbids:
        parts.append(f"Forbidden: {', '.join(facts.info.forbids)}.")
    if facts.info.data_use:
        parts.append(f"Data-use terms: {terms_in_words(facts)}.")
    return " ".join(parts)


def _licence(facts: CohortFacts) -> str:
    terms = f" Data-use terms: {terms_in_words(facts)}." if facts.info.data_use else ""
    own = facts.values.get("data_use", {})
    narrower = " Some images have narrower terms (column `data_use`)." if own else ""
    return f"{facts.info.licence}.{terms}{narrower}"


def terms_in_words(facts: CohortFacts) -> str:
    """The cohort's DUO codes with their labels; empty where none are stated."""
    return "; ".join(named(code) for code in facts.info.data_use)


def _third(facts: CohortFacts) -> str:
    stated = facts.info.permitted_use
    listed = _tally("Column `permitted_use`", facts.values.get("permitted_use", {}), facts)
    return " ".join(filter(None, [stated, listed]))


def _cite(facts: CohortFacts) -> str:
    return str(facts.extra.get("citation") or "")


def _retention(facts: CohortFacts) -> str:
    if facts.info.simulated:
        return NOBODY
    whole = facts.info.consent_expires
    dated = facts.filled.get("consent_expires", 0)
    parts = [f"Consent ends on {whole}." if whole else ""]
    parts.append(f"Of {dated} images the end of consent is stated." if dated else "")
    return " ".join(filter(None, parts))


def _lines(lines: Sequence[str]) -> str:
    return f"{'; '.join(line.rstrip('.') for line in lines)}." if lines else ""


def _tally(what: str, counts: Mapping[str, int], facts: CohortFacts) -> str:
    """A column's values with their numbers of images; empty where it has none."""
    if not counts:
        return ""
    least = facts.subgroups.smallest
    listed = "; ".join(
        f"{value or f'values of fewer than {least} patients each'}: {n}"
        for value, n in list(counts.items())[:_SHOWN]
    )
    more = f"; and {len(counts) - _SHOWN} more" if len(counts) > _SHOWN else ""
    empty = facts.summary.n_images - sum(counts.values())
    unknown = f"; not stated: {empty}" if empty else ""
    return f"{what}, images: {listed}{more}{unknown}."


_SHOWN = 12

FROM_PEOPLE: Final[dict[str, Callable[[CohortFacts], str]]] = {
    "composition.confidential": _confidential,
    "composition.identity": _identity,
    "composition.sensitive": _sensitive,
    "collection.sources": _sources,
    "collection.ethics": _ethics,
    "collection.direct": _if_simulated,
    "collection.notice": _if_simulated,
    "collection.consent": _consent,
    "collection.withdrawal": _if_simulated,
    "collection.impact": _if_simulated,
    "preprocessing.steps": _steps,
    "preprocessing.raw": _raw,
    "preprocessing.software": _software,
    "uses.forbidden": _forbidden,
    "distribution.licence": _licence,
    "distribution.third": _third,
    "distribution.cite": _cite,
    "maintenance.retention": _retention,
}
"""Question id -> what answers it; an empty answer is a gap."""
