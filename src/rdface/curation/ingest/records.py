"""Rows of the table to records: every cell normalised, every doubt filed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from rdface.cohort.schema import age_in_years
from rdface.curation.ingest.columns import Columns
from rdface.curation.ingest.condition import Named, find_condition, parse_condition
from rdface.curation.ingest.findings import Findings, Settled
from rdface.curation.ingest.normalise.age import normalise_age
from rdface.curation.ingest.normalise.consent import normalise_consent
from rdface.curation.ingest.normalise.country import normalise_country
from rdface.curation.ingest.normalise.data_use import normalise_data_use
from rdface.curation.ingest.normalise.date import age_between, normalise_date
from rdface.curation.ingest.normalise.gene import normalise_genes
from rdface.curation.ingest.normalise.hpo_term import normalise_term, split_terms
from rdface.curation.ingest.normalise.identifiers import normalise_omim, normalise_orpha
from rdface.curation.ingest.normalise.outcome import (
    Candidate,
    Normaliser,
    Outcome,
    free_text,
    is_missing,
    normalise_cell,
    tidy,
)
from rdface.curation.ingest.normalise.sex import sex_normaliser
from rdface.curation.ingest.source_table import SourceRow, SourceTable
from rdface.curation.ingest.spec import BuildSpec

CELL_FIELDS = (
    "omim_id",
    "orpha_code",
    "genes",
    "sex",
    "ancestry",
    "country",
    "source",
    "consent",
    "consent_expires",
    "data_use",
    "ethics",
    "permitted_use",
)


@dataclass
class Record:
    """One row of the table, normalised.

    Attributes:
        row: Its number.
        source: Column -> what stands there.
        values: Field -> value; a field with an open doubt is not there.
        dropped: It is left out.
    """

    row: int
    source: Mapping[str, str]
    values: dict[str, str] = field(default_factory=dict)
    dropped: bool = False

    def take(self, name: str, settled: Settled) -> None:
        """Keep what a cell came to."""
        if settled.drop:
            self.dropped = True
        elif settled.value is not None:
            self.values[name] = settled.value

    @property
    def where(self) -> str:
        """The row and how it begins, for a doubt about something that is not there."""
        begin = [tidy(cell) for cell in self.source.values() if tidy(cell)]
        return f"row {self.row}: {', '.join(begin)[:60]}"


class RecordReader:
    """Normalises the cells of one table.

    Args:
        spec: The spec.
        table: The table.
        columns: What its columns are.
        findings: Where changes and doubts go.
    """

    def __init__(
        self, spec: BuildSpec, table: SourceTable, columns: Columns, findings: Findings
    ) -> None:
        self._columns = columns
        self._defaults = spec.defaults
        self._findings = findings
        sexes = table.values(columns.of["sex"]) if "sex" in columns.of else frozenset()
        self._age = partial(normalise_age, bare_unit=spec.bare_ages)
        self._date = partial(normalise_date, order=spec.dates)
        self._normalisers: dict[str, Normaliser] = {
            "omim_id": normalise_omim,
            "orpha_code": normalise_orpha,
            "genes": normalise_genes,
            "sex": sex_normaliser(spec.sex_codes, sexes),
            "country": normalise_country,
            "consent": normalise_consent,
            "consent_expires": self._date,
            "data_use": normalise_data_use,
        }
        self._known: dict[tuple[str, str], Outcome] = {}
        self._conditions: dict[Named, Outcome] = {}
        for name, value in spec.defaults.items():
            if name not in columns.of:
                findings.note("column", "default", name, f"no column: {value!r} for every row")

    def read(self, row: SourceRow) -> Record:
        """Everything of a row but its picture and its patient."""
        record = Record(row.number, row.cells)
        for name in CELL_FIELDS:
            record.take(name, self._cell(record, name, self._normalisers.get(name, free_text)))
        record.take("age", self._age_of(record))
        record.take("hpo_terms", self._terms(record))
        record.take("condition", self._condition(record))
        return record

    def raw(self, record: Record, name: str) -> str:
        """What the table says of a field, or the default where it says nothing."""
        header = self._columns.of.get(name)
        raw = record.source[header] if header else ""
        if tidy(raw) or name not in self._defaults:
            return raw
        if header:
            said = f"empty: {self._defaults[name]!r}, the default of the spec"
            self._findings.note(name, "default", "", said, row=record.row)
        return self._defaults[name]

    def _outcome(self, name: str, raw: str, normaliser: Normaliser) -> Outcome:
        if (name, raw) not in self._known:
            self._known[name, raw] = normalise_cell(raw, normaliser)
        return self._known[name, raw]

    def _cell(self, record: Record, name: str, normaliser: Normaliser) -> Settled:
        raw = self.raw(record, name)
        outcome = self._outcome(name, raw, normaliser)
        return self._findings.settle(name, raw, outcome, row=record.row, parse=normaliser)

    def _age_of(self, record: Record) -> Settled:
        born, taken = (self._day(record, name) for name in ("birth_date", "photo_date"))
        written = self._cell(record, "age", self._age)
        if not born or not taken or written.drop:
            return written
        outcome = age_between(born, taken)
        if outcome.value and written.value:
            apart = abs(age_in_years(outcome.value) - age_in_years(written.value))
            if apart >= 1:
                said = "the column of the age and the two dates do not agree"
                found = (Candidate(written.value, "column"), Candidate(outcome.value, "dates"))
                outcome = Outcome(None, said, found)
        if not outcome.doubtful:
            said = "age from date of birth and date of the photograph, which are not carried over"
            self._findings.note("age", "from dates", "", said, row=record.row)
            return Settled(outcome.value)
        return self._findings.settle(
            "age", f"{born} to {taken}", outcome, row=record.row, parse=self._age, kind="dates"
        )

    def _day(self, record: Record, name: str) -> str:
        """A date; what it was is filed only where it is doubtful, as it may name somebody."""
        raw = self.raw(record, name)
        outcome = self._outcome(name, raw, self._date)
        if not outcome.doubtful:
            return outcome.value or ""
        settled = self._findings.settle(name, raw, outcome, row=record.row, parse=self._date)
        record.take(name, settled)
        return settled.value or ""

    def _terms(self, record: Record) -> Settled:
        raw = tidy_lines(self.raw(record, "hpo_terms"))
        if is_missing(raw) or not raw:
            return self._cell(record, "hpo_terms", free_text)
        found = []
        for part in split_terms(raw):
            outcome = self._outcome("hpo_terms", part, normalise_term)
            settled = self._findings.settle(
                "hpo_terms", part, outcome, row=record.row, parse=normalise_term
            )
            if settled.value is None:
                return settled
            found.append(settled.value)
        return Settled("|".join(dict.fromkeys(one for one in found if one)))

    def _condition(self, record: Record) -> Settled:
        name = tidy(self.raw(record, "condition"))
        if is_missing(name):
            name = ""
        numbers = [record.values.get(one, "") for one in ("omim_id", "orpha_code", "genes")]
        named = Named(name, *numbers)
        if named not in self._conditions:
            self._conditions[named] = find_condition(named)
        return self._findings.settle(
            "condition",
            str(named) or record.where,
            self._conditions[named],
            row=record.row,
            parse=parse_condition,
            can_be_empty=False,
        )


def tidy_lines(text: str) -> str:
    """As :func:`tidy`, but line ends, which part findings, stay."""
    return "\n".join(filter(None, (tidy(line) for line in text.splitlines())))
