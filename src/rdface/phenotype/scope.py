"""How far a "no" reaches: clauses, and NegEx within them.

NegEx (Chapman et al., "A simple algorithm for identifying negated findings and diseases in
discharge summaries", Journal of Biomedical Informatics 34 (2001), 301-310) as ``negspacy`` has it,
run twice: once with words of absence, once with words of "I cannot see it". NegEx lets a negation
reach to the end of a sentence, so a sentence is cut into clauses first: "no ptosis and the
fissures are upslanted" denies one of the two.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from rdface.errors import UsageError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

SPANS: Final = "terms"
"""Key of ``doc.spans`` that is judged."""

COPULAS: Final = frozenset("is are was were appears appear seems seem looks look".split())
VERBS: Final = COPULAS | frozenset(
    "has have shows show demonstrates demonstrate reveals reveal exhibits exhibit displays "
    "display".split()
)
_JOINTS: Final = frozenset({",", "and", "while", "whereas", "but"})
_CUTS: Final = frozenset({";", "(", ")", "–", "—", "•", "|"})
_OPEN_LIST: Final = frozenset({"or", "nor", "and"})
_BEHIND: Final = frozenset({"not", "absent"})
_NO: Final = frozenset({"no", "without", "neither"})
_IN_BRACKETS: Final = frozenset({"absent", "none", "not"})
"""A bracket that begins so speaks of what stands before it: "ptosis (absent)"."""

_ASSESS: Final = (
    "assessed",
    "seen",
    "evaluated",
    "determined",
    "judged",
    "examined",
    "visualised",
    "visualized",
    "excluded",
    "confirmed",
    "ruled out",
)
_TO_ASSESS: Final = (
    "assess",
    "see",
    "evaluate",
    "determine",
    "judge",
    "examine",
    "visualise",
    "visualize",
    "exclude",
    "confirm",
    "rule out",
    "tell",
)
_UNSEEN: Final = {
    "pseudo_negations": [],
    "preceding_negations": [
        *(f"{cannot} be {word}" for cannot in ("cannot", "can't") for word in _ASSESS),
        *(
            f"{cannot} {word}"
            for cannot in ("cannot", "can't", "unable to", "not possible to", "impossible to")
            for word in _TO_ASSESS
        ),
        *(f"{hard} to {word}" for hard in ("difficult", "hard") for word in _TO_ASSESS),
        *(f"{un} {whether}" for un in ("unclear", "uncertain") for whether in ("if", "whether")),
        "not assessable",
        "not evaluable",
    ],
    "following_negations": [
        *(
            f"{cannot} be {how}{word}"
            for cannot in ("cannot", "can't", "could not", "not")
            for how in ("", "reliably ", "fully ", "properly ", "clearly ")
            for word in _ASSESS
        ),
        *(f"{hard} to {word}" for hard in ("difficult", "hard") for word in _TO_ASSESS),
        *(
            f"{not_} {word}"
            for not_ in ("not",)
            for word in ("assessable", "evaluable", "judgeable")
        ),
        "not assessed",
        "not evaluated",
        "not excluded",
        "not ruled out",
        "not been excluded",
        "not been ruled out",
        "unassessable",
        "out of view",
        "not in view",
        "indeterminate",
        "unclear",
        "uncertain",
    ],
    "termination": [],
}
_ABSENT: Final = {
    "pseudo_negations": ["not just", "not merely", "not severe", "no other", "no longer"],
    "preceding_negations": [
        "absent",
        "lack of",
        "lacks",
        "lacking",
        "neither",
        "nor",
        "rather than",
    ],
    "following_negations": [
        "absent",
        "none",
        ": no",
        "is not",
        "are not",
        "not present",
        "not seen",
        "not noted",
        "not observed",
        "not evident",
        "not apparent",
        "not visible",
        "not identified",
        "not appreciated",
        "not detected",
        "excluded",
        "ruled out",
        "never present",
        "never seen",
    ],
    "termination": [
        "while",
        "whereas",
        "instead",
        "despite",
        "other than",
        ", with",
        "and with",
        "and the",
        "and there",
        "and a",
        "and an",
        "and has",
        "and shows",
    ],
}


def cut_clauses(doc: Doc) -> None:
    """Mark the clauses of one sentence as ``doc.sents``, by its verbs and marks.

    Each clause has at most one verb: between two of them, the last comma or "and" parts them.
    "No ptosis, hypertelorism is present" is parted at its comma as well; a list is not ("no
    ptosis, epicanthus or telecanthus is seen").
    """
    words = [token.lower_ for token in doc]
    cuts = {place for place, word in enumerate(words) if word in _CUTS}
    starts = {0} | {
        place
        for place in cuts
        if words[place] != "(" or _IN_BRACKETS.isdisjoint(words[place + 1 : place + 2])
    }
    verbs = [place for place, word in enumerate(words) if word in VERBS]
    for before, after in pairwise(verbs):
        joint = _last_joint(words, before + 1, after)
        if joint is not None:
            starts.add(joint)
    if verbs and _NO & set(words[: verbs[0]]):
        place = _last_joint(words, 1, verbs[0])
        rest = words[place + 1 : verbs[0]] if place is not None else []
        if place is not None and words[place] == "," and _OPEN_LIST.isdisjoint(rest):
            starts.add(place)
    for place, word in enumerate(words):
        if word in _BEHIND:
            # "long philtrum, epicanthus absent": said of the last of a row without "and"
            comma = max((at for at in range(place) if words[at] == ","), default=None)
            if comma is not None and _OPEN_LIST.isdisjoint(words[comma + 1 : place]):
                starts.add(comma)
    for token in doc:
        token.is_sent_start = token.i in starts


def mark_states(doc: Doc) -> None:
    """Judge ``doc.spans["terms"]`` of a sentence whose clauses are cut.

    Sets ``span._.absent`` and ``span._.unseen``.

    Raises:
        UsageError: The extra ``phenotype`` is not installed.
    """
    for judge in _judges():
        judge.negex(doc)


@cache
def language() -> Language:
    """English words and nothing learnt: spaCy's blank pipeline.

    Raises:
        UsageError: The extra ``phenotype`` is not installed.
    """
    try:
        import spacy
    except ImportError as error:
        raise _missing() from error
    return spacy.blank("en")


def _last_joint(words: list[str], begin: int, end: int) -> int | None:
    for place in range(end - 1, begin - 1, -1):
        if words[place] in _JOINTS:
            comma = place > begin and words[place - 1] == ","
            return place - 1 if comma else place
    return None


@cache
def _judges() -> tuple[Any, Any]:
    try:
        negation: Any = import_module("negspacy.negation")  # it says it has types, and has few
        termsets: Any = import_module("negspacy.termsets")
    except ImportError as error:
        raise _missing() from error

    class Judge(negation.Negex):  # type: ignore[misc] # of Any
        """NegEx that takes no word of a term for a negation ("absent eyebrows")."""

        def process_negations(self, doc: Doc) -> tuple[Any, Any, Any]:
            inside = {token.i for span in doc.spans[SPANS] for token in span}
            before, after, ends = super().process_negations(doc)
            return (
                [match for match in before if inside.isdisjoint(range(*match[1:]))],
                [match for match in after if inside.isdisjoint(range(*match[1:]))],
                [match for match in ends if match[1] not in inside],
            )

    usual = termsets.termset("en_clinical").get_patterns()
    absent = {kind: [*words, *_ABSENT[kind]] for kind, words in usual.items()}
    ends = absent["termination"]

    def judge(name: str, terms: dict[str, list[str]]) -> Judge:
        return Judge(
            language(), name=name, neg_termset=terms, extension_name=name, span_keys=[SPANS]
        )

    return judge("absent", absent), judge("unseen", {**_UNSEEN, "termination": ends})


def _missing() -> UsageError:
    return UsageError(
        "Reading HPO terms out of reports needs spaCy and negspacy.",
        hint="Install rdface[phenotype].",
    )
