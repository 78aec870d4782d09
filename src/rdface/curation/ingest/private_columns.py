"""Columns that look as if they named somebody, by their headers or by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HEADERS = {
    "holds names": r"(?:sur|first|last|family|given|full|patient|child|mother|father|birth|maiden)?"
    r"[ _]?names?"
    r"|vorname|nachname|familienname|nom|prénom|prenom|apellidos?|nombre|initials|initialen",
    "holds dates of birth": r"dob|d\.o\.b\.?|date of birth|birth ?da(?:te|y)|geburtsdatum|geb\.?"
    r"|date de naissance|fecha de nacimiento|ddn",
    "holds telephone numbers": r"(?:tele)?phone.*|tel\.?|mobile.*|telefon.*|fax|handy.*|téléphone",
    "holds e-mail addresses": r"e-?mail.*|mail|correo",
    "holds addresses": r"(?:home |postal )?address|street|post ?code|zip(?: code)?|postcode|adresse"
    r"|straße|plz|wohnort|dirección",
    "holds numbers of a hospital or an insurance": r"mrn|nhs.*|ssn|hospital.*(?:no|number|id|nr)\.?"
    r"|medical record.*|record (?:no|number)\.?|chart.*|insurance.*|fallnummer|aktenzeichen"
    r"|versicherten.*|patientennummer|national id|passport.*|ahv.*",
    "holds names of doctors or relatives": r"(?:doctor|physician|clinician|referr\w+|mother|father"
    r"|parents?|guardian|contact)(?: name| person)?|arzt|mutter|vater|kontakt",
    "is free text that may name somebody": r"(?:remarks?|comments?|notes?|bemerkung(?:en)?"
    r"|kommentar|observaciones|remarques?)",
}
_VALUES = {
    "holds e-mail addresses": r"[^\s@]+@[^\s@]+\.[a-z]{2,}",
    "holds telephone numbers": r"(?:\+|00)[0-9][0-9 ()/-]{7,18}|0[0-9]{2,4}[ /-][0-9][0-9 -]{4,12}",
    "holds dates": r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./](?:[0-9]{2}){1,2}",
    "holds numbers of a hospital or an insurance": r"(?:MRN|NHS|SSN)[ :#-]*[0-9-]{5,}"
    r"|[0-9]{3} [0-9]{3} [0-9]{4}|[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{7,}",
    "holds names": r"[A-ZÄÖÜ][a-zäöüß]+, [A-ZÄÖÜ][a-zäöüß]+"
    r"|(?:Mrs?|Ms|Dr|Prof|Herr|Frau|Mme|Sr|Sra)\.? [A-ZÄÖÜ].*",
}
_SHARE = 0.1
"""So many of the distinct values must look like it; one date in a text is no column of dates."""


def suspicion(header: str, values: Iterable[str]) -> str:
    """Why a column may name somebody ("holds e-mail addresses"); empty if nothing points to it.

    >>> suspicion("Surname", [])
    'holds names'
    >>> suspicion("light", ["window"])
    ''
    """
    plain = " ".join(re.sub(r"[_\s]+", " ", header.casefold()).split()).rstrip(":")
    for reason, pattern in _HEADERS.items():
        if re.fullmatch(pattern, plain):
            return reason
    distinct = {value.strip() for value in values if value.strip()}
    for reason, pattern in _VALUES.items():
        alike = sum(re.fullmatch(pattern, value) is not None for value in distinct)
        if alike and alike >= _SHARE * len(distinct):
            return reason
    if any(re.search(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", value) for value in distinct):
        return "holds e-mail addresses"
    return ""
