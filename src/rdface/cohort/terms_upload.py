"""Which data-use terms let pictures of real people be sent to a server.

A cohort says in ``data_use`` what its pictures may be used for, as codes of the GA4GH Data Use
Ontology (Lawson et al., "The Data Use Ontology to streamline responsible access to human
biomedical datasets", Cell Genomics 1 (2021), 100028). No code speaks of servers, so three things
must come together: a code that allows this kind of research, none that a server of somebody else
would break, and the user's own ``--allow-upload``. What is not said is not allowed.

Codes that allow it: see :data:`ALLOWING`. Codes that forbid it, each with its reason: see
:data:`FORBIDDING`. Code DUO:0000021 (ethics approval required) allows it only where the cohort
lists an approval. Obligations that a server does not touch (publication, return of results,
moratorium, time limit, collaboration) stay the user's: see :data:`OBLIGING`. Any other code is not
known here and forbids it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

ALLOWING: Final = {
    "DUO:0000004": "no restriction",
    "DUO:0000042": "general research use",
    "DUO:0000006": "health, medical or biomedical research",
    "DUO:0000007": "disease-specific research",
}
"""Code -> what it allows. Describing faces of rare diseases is research of each of these kinds."""

FORBIDDING: Final = {
    "DUO:0000011": "population origins or ancestry research only: this is none",
    "DUO:0000012": "research-specific restrictions: they cannot be read by a program",
    "DUO:0000015": "no general methods research: to test a describer is methods research",
    "DUO:0000016": "genetic studies only: this is none",
    "DUO:0000018": "non-profit use only: the owner of a server may be a company",
    "DUO:0000022": "geographical restriction: where the server stands is not known",
    "DUO:0000026": "user-specific restriction: the owner of the server is no approved user",
    "DUO:0000027": "project-specific restriction: the server is outside the project",
    "DUO:0000028": "institution-specific restriction: the server is outside the institution",
    "DUO:0000043": "clinical care use: this is no care",
    "DUO:0000045": "not-for-profit organisations only: the owner of a server may be a company",
    "DUO:0000046": "non-commercial use only: the owner of a server may use what it is sent",
}
"""Code -> why pictures under it stay on the machine."""

OBLIGING: Final = {
    "DUO:0000019": "publication required",
    "DUO:0000020": "collaboration required",
    "DUO:0000024": "publication moratorium",
    "DUO:0000025": "time limit on use",
    "DUO:0000029": "return to the database required",
    "DUO:0000044": "population origins or ancestry research prohibited",
}
"""Codes that a server does not touch; they stay the user's to keep."""

ETHICS: Final = "DUO:0000021"
"""Ethics approval required."""


def upload_faults(data_use: Sequence[str], ethics: Sequence[str] = ()) -> tuple[str, ...]:
    """Why these terms do not allow an upload; none where they do.

    Args:
        data_use: DUO codes as :func:`rdface.cohort.terms.normal_code` gives them.
        ethics: Approvals of the cohort.
    """
    faults = []
    if not any(code in ALLOWING for code in data_use):
        faults.append(
            "no term allows this research"
            if data_use
            else "cohort.yaml states no data-use terms (data_use)"
        )
    for code in data_use:
        if code in FORBIDDING:
            faults.append(f"{code}, {FORBIDDING[code]}")
        elif code == ETHICS and not any(line.strip() for line in ethics):
            faults.append(f"{code}, ethics approval required: the cohort lists none")
        elif code not in ALLOWING and code not in OBLIGING and code != ETHICS:
            faults.append(f"{code} is not known to rdface")
    return tuple(faults)
