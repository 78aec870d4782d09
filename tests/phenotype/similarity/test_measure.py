"""Every measure keeps the same promises."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.phenotype.similarity import MEASURES, make_measure, passages, similarities
from tests.phenotype.similarity.reports import HYPERTELORISM, SHORT_NOSE, report

SAID = passages(
    [
        report("a", {"nose": "The nose is short."}, {SHORT_NOSE: ("present", "nose")}),
        report("b", {"nose": "Ordinary."}),
        report("c", {}, status="refused"),
        report("d", {"nose": "Eyes far apart."}, {HYPERTELORISM: ("present", "nose")}),
        report("e", {"nose": "The nose is short."}, {SHORT_NOSE: ("present", "nose")}),
    ]
)


@pytest.mark.parametrize("name", ["tfidf", "lin", "resnik"])
def test_tables_are_symmetric_bounded_and_nan_only_where_nothing_was_said(name: str) -> None:
    measure = make_measure(name)
    table = similarities(measure, SAID, 4)
    assert table.shape == (4, 5)
    np.testing.assert_allclose(table[:, :4], table[:, :4].T)
    said = np.array([True, True, False, True, True])
    assert (np.isnan(table) == ~(said[:4, None] & said[None, :])).all()
    np.testing.assert_allclose(table[:, 0], table[:, 4], err_msg="equal reports, equal columns")
    assert table[0, 4] > table[0, 1] and table[0, 4] >= table[0, 3]
    if measure.top is not None:
        assert np.nanmax(table) <= measure.top and table[0, 4] == pytest.approx(measure.top)
    assert measure.name == name and measure.about


def test_unknown_measures_and_arguments_are_told_so() -> None:
    assert {"lin", "resnik", "sentence", "tfidf"} <= set(MEASURES.names())
    with pytest.raises(UsageError, match="no measure of similarity called 'linn'"):
        make_measure("linn")
    with pytest.raises(UsageError, match="nothing behind a colon"):
        make_measure("lin:orpha")
    with pytest.raises(UsageError, match="needs a model"):
        make_measure("sentence")


def test_nothing_said_at_all_gives_a_table_of_nan() -> None:
    assert np.isnan(similarities(make_measure("tfidf"), [None, None], 1)).all()
