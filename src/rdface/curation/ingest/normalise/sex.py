"""Sex: female, male, or not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rdface.curation.ingest.normalise.outcome import Candidate, Outcome

_FEMALE = """
    f female fem woman girl lady w weiblich frau mädchen maedchen femme fille féminin feminin
    féminine feminine femenino femenina mujer niña nina hembra femmina femminile ♀
"""
_MALE = """
    m male man boy masc männlich maennlich mann junge knabe homme garçon garcon masculin masculine
    masculino masculina hombre varón varon niño nino macho maschio maschile ♂
"""
_WORDS = dict.fromkeys(_FEMALE.split(), "female") | dict.fromkeys(_MALE.split(), "male")
_CANDIDATES = (Candidate("female"), Candidate("male"))
_KARYOTYPES = {"xx": "46,XX", "xy": "46,XY", "46,xx": "46,XX", "46,xy": "46,XY"}


def sex_normaliser(
    codes: Mapping[str, str], column: frozenset[str] = frozenset()
) -> Callable[[str], Outcome]:
    """Make the normaliser of one column.

    Args:
        codes: What numbers and other codes of this table mean (``{"1": "male"}``).
        column: Every value of the column: where ``H`` (hombre, homme) is among them, ``M`` may
            mean mujer.
    """
    own = {code.casefold(): sex for code, sex in codes.items()}
    spanish = any(value.strip().casefold() == "h" for value in column)

    def normalise(text: str) -> Outcome:
        word = text.casefold().rstrip(".")
        if word in own:
            return Outcome(own[word], "by sex_codes of the spec")
        if spanish and word == "m":
            said = "the column also has H: M may be masculin or mujer"
            return Outcome(None, said, _CANDIDATES)
        if spanish and word == "h":
            return Outcome("male", "H read as hombre/homme")
        if word in _WORDS:
            return Outcome(_WORDS[word])
        if word in _KARYOTYPES:
            said = f"a karyotype ({_KARYOTYPES[word]}), which is not the sex"
            return Outcome(None, said, _CANDIDATES)
        if word.isdigit():
            said = "a code; say in the spec what it means (sex_codes), or answer here"
            return Outcome(None, said, _CANDIDATES)
        # Without candidates, so that "unknown" can still be read as not known.
        return Outcome(None, "not a word for female or male that rdface knows")

    return normalise
