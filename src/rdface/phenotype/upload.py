"""Whether pictures of a cohort may be sent to a server: by its terms, and by the user's word."""

from __future__ import annotations

from rdface.cohort import Cohort, CohortInfo
from rdface.cohort.terms import find_faults
from rdface.errors import TermsError, UsageError


def check_upload(cohort: Cohort | CohortInfo, destination: str, *, allow_upload: bool) -> None:
    """Refuse to send pictures of real people unless terms and user both allow it.

    Nothing is refused where pictures stay (``destination`` is empty) or the cohort is simulated.

    Raises:
        TermsError: The terms do not allow it.
        UsageError: The user has not said so.
    """
    info = cohort.info if isinstance(cohort, Cohort) else cohort
    if not destination or info.simulated:
        return
    faults = find_faults(cohort, "upload")
    if faults:
        shown = "; ".join(map(str, faults[:5])) + ("; and more" if len(faults) > 5 else "")
        raise TermsError(
            f"The pictures of {info.name} show real people and may not be sent to {destination}:"
            f" {shown}.",
            hint="Run a model on this machine: `--with qwen2.5-vl`, or `--with openai` with a"
            " server at 127.0.0.1. docs/reports.md lists the rules.",
        )
    if not allow_upload:
        raise UsageError(
            f"The pictures of {info.name} show real people and would be sent to {destination}.",
            hint="Its data-use terms do not forbid it. If its consents and your agreements allow"
            " it as well, say --allow-upload.",
        )
