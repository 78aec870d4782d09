"""A term that is mistyped is never passed over; keys of other tools are kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml
from click.testing import CliRunner

from rdface.cli.main import rdface
from rdface.cohort import Cohort, check_cohort, load_cohort
from rdface.errors import CohortError


@pytest.fixture
def cohort(make_cohort: Callable[..., Cohort]) -> Cohort:
    return make_cohort(conditions=1, patients=1)


def say(cohort: Cohort, key: str, value: object) -> None:
    path = cohort.root / "cohort.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | {key: value}))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("forbid", ["redistribution"], "'forbids'"),
        ("Forbids", ["redistribution"], "'forbids'"),
        ("consent_expire", "2020-01-01", "'consent_expires'"),
        ("data-use", ["DUO:0000015"], "'data_use'"),
        ("evaluation only", True, "'evaluation_only'"),
        ("data_use", ["DUO:45"], "DUO:0000021"),
    ],
)
def test_a_term_that_nothing_would_keep_to_is_refused(
    cohort: Cohort, key: str, value: object, said: str
) -> None:
    say(cohort, key, value)
    problems = check_cohort(cohort.root)
    assert [(one.file, one.column) for one in problems] == [("cohort.yaml", key)]
    assert said in problems[0].reason
    with pytest.raises(CohortError, match=key):
        load_cohort(cohort.root)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("forbidden", ["redistribution"], "is 'forbids' meant?"),
        ("licences", "none", "is 'licence' meant?"),
        ("data_use", ["research only"], "nothing keeps to it"),
    ],
)
def test_what_may_be_meant_otherwise_is_noted(
    cohort: Cohort, key: str, value: object, said: str
) -> None:
    say(cohort, key, value)
    checked = CliRunner().invoke(rdface, ["cohort", "check", str(cohort.root)])
    assert checked.exit_code == 0 and checked.stdout.endswith(": sound\n")
    assert said in checked.stderr


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("patients", "images"),
        ("forbids", ["upload"]),
        ("clinic", {"room": 4}),
        ("generator_licence", "none"),
        ("training_images", ["a"]),
        ("data_use", ["DUO_0000042"]),
    ],
)
def test_keys_of_others_are_kept_without_a_word(cohort: Cohort, key: str, value: object) -> None:
    say(cohort, key, value)
    checked = CliRunner().invoke(rdface, ["cohort", "check", str(cohort.root)])
    assert checked.exit_code == 0 and "cohort.yaml" not in checked.stderr
