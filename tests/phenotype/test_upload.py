"""Pictures of real people leave the machine only where terms and user allow it."""

from __future__ import annotations

import pytest

from rdface.cohort import CohortInfo
from rdface.cohort.terms_upload import ALLOWING, ETHICS, FORBIDDING, OBLIGING, upload_faults
from rdface.errors import TermsError, UsageError
from rdface.phenotype.upload import check_upload

WHERE = "https://models.example.org"


def _info(*codes: str, ethics: tuple[str, ...] = (), simulated: bool = False) -> CohortInfo:
    return CohortInfo(
        name="real",
        version="1",
        licence="agreement",
        data_use=codes,
        ethics=ethics,
        simulated=simulated,
    )


def test_no_terms_allow_nothing() -> None:
    with pytest.raises(TermsError, match=r"real.*models\.example\.org.*states no data-use terms"):
        check_upload(_info(), WHERE, allow_upload=True)


@pytest.mark.parametrize("code", sorted(ALLOWING))
def test_an_allowing_code_needs_the_users_word_as_well(code: str) -> None:
    with pytest.raises(UsageError, match="would be sent") as caught:
        check_upload(_info(code), WHERE, allow_upload=False)
    assert caught.value.hint is not None and "--allow-upload" in caught.value.hint
    check_upload(_info(code), WHERE, allow_upload=True)


@pytest.mark.parametrize("code", sorted(FORBIDDING))
def test_a_forbidding_code_goes_before_an_allowing_one_and_before_the_user(code: str) -> None:
    with pytest.raises(TermsError, match=code):
        check_upload(_info("DUO:0000042", code), WHERE, allow_upload=True)


def test_an_unknown_code_forbids_and_an_obligation_does_not() -> None:
    assert upload_faults(["DUO:0000042", "DUO:9999999"]) == ("DUO:9999999 is not known to rdface",)
    assert upload_faults(["DUO:0000042", *OBLIGING]) == ()
    assert upload_faults(list(OBLIGING)) == ("no term allows this research",)


def test_ethics_approval_must_be_listed_where_it_is_required() -> None:
    assert "lists none" in upload_faults(["DUO:0000042", ETHICS], [" "])[0]
    assert upload_faults(["DUO:0000042", ETHICS], ["Ethics board 12/2026"]) == ()


def test_codes_may_be_written_with_an_underscore() -> None:
    check_upload(_info("DUO_0000042"), WHERE, allow_upload=True)


def test_simulated_children_and_pictures_that_stay_need_no_leave() -> None:
    check_upload(_info(simulated=True), WHERE, allow_upload=False)
    check_upload(_info(), "", allow_upload=False)
