"""What the terms of a cohort forbid, and the name of the term that does.

Terms are codes of the GA4GH Data Use Ontology (Lawson et al., "The Data Use Ontology to streamline
responsible access to human biomedical datasets", Cell Genomics 1 (2021), 100028) in ``data_use`` of
``cohort.yaml`` and, on top of those, of an image's row; the words of ``forbids``; and the days on
which consent ends and on which an image was withdrawn. Pictures of nobody are free.

Four actions are asked about. ``use`` is anything at all: consent that has ended and withdrawal
forbid it, and with it each of the others. ``methods`` is to develop or test methods:
:data:`METHODS`. ``redistribution`` is to hand pictures on: :data:`REDISTRIBUTION`. ``upload`` has
the strictest rules, those of :mod:`rdface.cohort.terms_upload`. Work that stays on the machine is
allowed where no term speaks of it; an upload is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

from rdface.cohort.cohort import Cohort, CohortInfo
from rdface.cohort.terms_upload import ALLOWING, upload_faults
from rdface.cohort.use_columns import iso_date
from rdface.errors import TermsError

Action = Literal["use", "methods", "redistribution", "upload"]

LABELS: Final = {
    "DUO:0000004": "no restriction",
    "DUO:0000006": "health or medical or biomedical research",
    "DUO:0000007": "disease specific research",
    "DUO:0000011": "population origins or ancestry research only",
    "DUO:0000012": "research specific restrictions",
    "DUO:0000015": "no general methods research",
    "DUO:0000016": "genetic studies only",
    "DUO:0000018": "not for profit, non commercial use only",
    "DUO:0000019": "publication required",
    "DUO:0000020": "collaboration required",
    "DUO:0000021": "ethics approval required",
    "DUO:0000022": "geographical restriction",
    "DUO:0000024": "publication moratorium",
    "DUO:0000025": "time limit on use",
    "DUO:0000026": "user specific restriction",
    "DUO:0000027": "project specific restriction",
    "DUO:0000028": "institution specific restriction",
    "DUO:0000029": "return to database or resource",
    "DUO:0000042": "general research use",
    "DUO:0000043": "clinical care use",
    "DUO:0000044": "population origins or ancestry research prohibited",
    "DUO:0000045": "not for profit organisation use only",
    "DUO:0000046": "non-commercial use only",
}
"""Code -> the ontology's label."""

METHODS: Final = {
    "DUO:0000011": "use is limited to the study of origins and ancestry",
    "DUO:0000015": "it does not allow the development of software or algorithms",
    "DUO:0000016": "use is limited to studies that include genotypes",
}
"""Code -> why its definition leaves no room to develop or test methods on photographs."""

REDISTRIBUTION: Final = {
    "DUO:0000026": "use is limited to approved users, and who receives a copy is not known",
    "DUO:0000027": "use is limited to an approved project, and a copy leaves it",
    "DUO:0000028": "use is limited to an approved institution, and a copy leaves it",
}
"""Code -> why its definition does not let a copy go on. The other codes bind whoever uses the
pictures, and would bind the receiver of a copy, too."""

_FORBIDDING: Final = {"use": {}, "methods": METHODS, "redistribution": REDISTRIBUTION}
_VERBS: Final = {
    "use": "used",
    "methods": "used to develop or test methods",
    "redistribution": "handed on",
    "upload": "sent to a server of somebody else",
}


@dataclass(frozen=True)
class Fault:
    """One term that forbids an action.

    Attributes:
        term: The term's name: ``DUO:0000015 (no general methods research)``, a word of
            ``forbids``, or the day that has passed.
        reason: Why it forbids it; may be empty.
        image_id: The image whose term it is; None for the whole cohort.
    """

    term: str
    reason: str
    image_id: str | None = None

    def __str__(self) -> str:
        of = f"image {self.image_id}: " if self.image_id is not None else ""
        return f"{of}{self.term}{f', {self.reason}' if self.reason else ''}"


def normal_code(code: str) -> str:
    """``DUO:0000042`` of ``DUO_0000042`` and the like."""
    return re.sub(r"^DUO[_:\s]*", "DUO:", code.strip().upper())


def named(code: str) -> str:
    """A code, written as it may be, with its label."""
    code = normal_code(code)
    return f"{code} ({LABELS[code]})" if code in LABELS else code


def check_allowed(
    cohort: Cohort | CohortInfo, action: Action, *, today: date | None = None
) -> None:
    """Refuse an action that a term forbids; see the head of this module.

    Args:
        cohort: With a :class:`Cohort` the terms of its images are asked, too.
        action: What is about to be done.
        today: To judge consent by; the present day (UTC) if not given.

    Raises:
        TermsError: The first terms that forbid it, each by name.
    """
    faults = find_faults(cohort, action, today=today)
    if faults:
        name = (cohort.info if isinstance(cohort, Cohort) else cohort).name
        shown = "; ".join(map(str, faults[:5]))
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise TermsError(
            f"The pictures of {name} may not be {_VERBS[action]}: {shown}{more}.",
            hint="Its terms stand in cohort.yaml and images.csv; docs/privacy.md lists what each"
            " forbids. Only who gave the pictures can change them.",
        )


def find_faults(
    cohort: Cohort | CohortInfo, action: Action, *, today: date | None = None
) -> list[Fault]:
    """Every term that forbids an action, those of the cohort first; none where it is allowed."""
    info = cohort.info if isinstance(cohort, Cohort) else cohort
    if info.simulated:
        return []
    day = today or datetime.now(UTC).date()
    faults = list(_of_days(info.consent_expires, "", day))
    if action in info.forbids:
        faults.append(Fault(f"forbids: {action}", ""))
    rows = _rows(cohort)
    codes = [normal_code(code) for code in info.data_use]
    # For an upload something must allow it, which an image may do where the cohort is silent.
    if action != "upload" or not rows or not all(row["data_use"] for row in rows):
        faults += _of_codes(codes, info.ethics, action)
    for row in rows:
        found = list(_of_days(row["consent_expires"], row["withdrawn"], day))
        if row["data_use"]:
            own = [normal_code(code) for code in row["data_use"].split("|")]
            ethics = [*info.ethics, row["ethics"]]
            above = codes if action == "upload" else []
            found += _of_codes([*above, *own], ethics, action)
        faults += [Fault(one.term, one.reason, row["image_id"]) for one in found]
    return faults


def inherited_terms(*cohorts: Cohort) -> dict[str, Any]:
    """Keys of ``cohort.yaml`` for what is made from all images of some: the sum of all terms.

    ``data_use`` is always there; the others only where something is said.
    """
    infos = [cohort.info for cohort in cohorts]
    rows = [row for cohort in cohorts for row in _rows(cohort)]
    codes = [code for info in infos for code in info.data_use]
    codes += [code for row in rows for code in row["data_use"].split("|") if code]
    days = {info.consent_expires for info in infos} | {row["consent_expires"] for row in rows}
    terms: dict[str, Any] = {"data_use": tuple(dict.fromkeys(codes))}
    said = dict.fromkeys(info.permitted_use for info in infos if info.permitted_use)
    optional = {
        "forbids": list(dict.fromkeys(word for info in infos for word in info.forbids)),
        "permitted_use": "; ".join(said),
        "consent_expires": min(days - {""}, default=""),
    }
    return terms | {key: value for key, value in optional.items() if value}


def _rows(cohort: Cohort | CohortInfo) -> list[dict[str, str]]:
    """Image id and terms of each image that has any."""
    columns = ("data_use", "ethics", "consent_expires", "withdrawn")
    if not isinstance(cohort, Cohort) or not set(columns) & set(cohort.images.columns):
        return []
    table = cohort.images.reindex(columns=["image_id", *columns], fill_value="")
    return [
        {str(key): str(value) for key, value in row.items()} for row in table.to_dict("records")
    ]


def _of_days(expires: str, withdrawn: str, today: date) -> Iterator[Fault]:
    if withdrawn:
        yield Fault("withdrawn", f"on {withdrawn}")
    if expires and iso_date(expires) < today:
        yield Fault("consent_expires", f"consent ended with {expires}")


def _of_codes(codes: Sequence[str], ethics: Sequence[str], action: Action) -> Iterator[Fault]:
    if action == "upload":
        for fault in upload_faults(codes, ethics):
            yield Fault(fault, "")
        return
    forbidding: dict[str, str] = _FORBIDDING[action]
    for code in codes:
        if code in forbidding:
            yield Fault(named(code), forbidding[code])
    if action == "methods" and {*ALLOWING, "DUO:0000043"}.intersection(codes) == {"DUO:0000043"}:
        yield Fault(named("DUO:0000043"), "nothing but care is permitted")
