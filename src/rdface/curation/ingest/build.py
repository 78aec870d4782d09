"""Build a cohort of a folder of pictures and a table, or say what must be decided first."""

from __future__ import annotations

import dataclasses
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rdface.cohort import Cohort, CohortInfo, load_cohort, write_cohort
from rdface.cohort.adapters.folder import check_new, new_folder
from rdface.curation.ingest.columns import Columns, choose_columns
from rdface.curation.ingest.condition import condition_id
from rdface.curation.ingest.findings import Finding, Findings
from rdface.curation.ingest.matching import Shot, match_pictures
from rdface.curation.ingest.normalise.outcome import Outcome, nothing
from rdface.curation.ingest.patients import agree, name_patients
from rdface.curation.ingest.picture_files import OpenedPicture, PictureFiles
from rdface.curation.ingest.picture_names import PictureIndex, SourcePicture, find_pictures
from rdface.curation.ingest.private_state import UNFINISHED, WITHDRAWALS, PrivateState
from rdface.curation.ingest.records import Record, RecordReader
from rdface.curation.ingest.review_file import read_review, write_review
from rdface.curation.ingest.source import check_places, read_table
from rdface.curation.ingest.source_table import SourceTable
from rdface.curation.ingest.spec import BuildSpec
from rdface.curation.ingest.tables import cohort_info, conditions_table, images_table
from rdface.errors import CohortError, UsageError
from rdface.progress import bar


@dataclass(frozen=True)
class Built:
    """What came of a build.

    Attributes:
        cohort: The cohort; None where doubts are open.
        unchanged: The cohort was there already, the same.
        review: The review file.
        findings: All of them.
        metadata: Kind of metadata -> pictures that it was taken out of.
    """

    cohort: Cohort | None
    unchanged: bool
    review: Path
    findings: list[Finding]
    metadata: Counter[str]

    @property
    def open(self) -> list[Finding]:
        """What keeps the cohort from being written."""
        return [one for one in self.findings if one.open]


def build_cohort(
    spec: BuildSpec, *, replace: bool = False, answers: Mapping[str, str] | None = None
) -> Built:
    """Read everything, write the review, and the cohort if nothing is left to decide.

    The source is only read. The cohort's folder appears whole or not at all.

    Args:
        spec: The spec, with paths as seen from here.
        replace: Take the place of an earlier cohort in the same folder.
        answers: Id of a line of the review -> what to write into its column ``answer``.

    Raises:
        UsageError: The spec does not fit the table or the folders.
        CohortError: The table is none, or nothing is left for a cohort.
    """
    check_places(spec)
    state = PrivateState(spec.state)
    with state.locked():
        return _Build(spec, state, replace=replace, answers=answers or {}).run()


def _cohort_at(folder: Path) -> Cohort | None:
    try:
        return load_cohort(folder)
    except CohortError:
        return None


class _Build:
    """One build, from the table to the cohort."""

    def __init__(
        self, spec: BuildSpec, state: PrivateState, *, replace: bool, answers: Mapping[str, str]
    ) -> None:
        self._spec, self._state, self._replace = spec, state, replace
        self._before = read_review(state.review)
        self._before.take(answers)
        self._findings = Findings(
            self._before.answers,
            leave_open=spec.leave_open == "empty",
            offered=self._before.offered,
        )
        self._files = PictureFiles(state.folder)
        self._metadata: Counter[str] = Counter()

    def run(self) -> Built:
        table = read_table(self._spec)
        for said in table.said:
            for row in said.rows or (None,):
                self._findings.note("table", said.kind, said.value, said.said, row=row)
        pictures = find_pictures(self._spec.pictures)
        columns = choose_columns(self._spec, table, self._findings)
        if "picture" not in columns.of:
            self._write_review()
            if self._findings.open:
                return self._result(None)
            raise UsageError(
                f"{table.name}: no column names the pictures.",
                hint=f"Say which one (columns: picture). Columns: {', '.join(table.columns)}.",
            )
        records = self._read(table, columns)
        index = PictureIndex(pictures)
        shots = match_pictures(records, columns.of["picture"], index, self._findings)
        patients = name_patients(shots, columns.of.get("patient"), self._findings)
        out = agree(shots, patients, self._findings)
        for shot in shots:
            shot.record.dropped |= patients.get(shot.picture) in out
        shots = [one for one in shots if patients.get(one.picture) not in (None, *out)]
        image_ids = self._state.ids("pictures", [one.picture for one in shots], "img")
        patient_ids = self._patient_ids(shots, patients)
        gone = self._state.withdrawn()
        again = {
            one.picture
            for one in shots
            if {image_ids[one.picture], patient_ids[one.picture]} & gone
        }
        shots = self._without(shots, again)
        opened = self._open(shots, index, image_ids, files=not self._is_there())
        shots = [one for one in shots if not opened[one.picture].error]
        hashes = self._files.hashes(self._state.names("pictures", gone))
        again = {one.picture for one in shots if opened[one.picture].source_sha256 in hashes}
        shots = self._without(shots, again)
        self._findings.leave_out({one.row for one in records if one.dropped})
        self._write_review()
        self._keep_source(table, columns, records, shots, image_ids, patient_ids)
        if self._findings.open:
            return self._result(None)
        if not shots:
            raise CohortError("Nothing is left for a cohort: every row or picture is left out.")
        return self._write(columns, shots, index, image_ids, patient_ids, opened)

    def _without(self, shots: list[Shot], withdrawn: set[str]) -> list[Shot]:
        """No later build brings back what was withdrawn from an earlier one."""
        for shot in shots:
            if shot.picture in withdrawn:
                said = "withdrawn from an earlier cohort of this build; left out of every later one"
                row = shot.record.row
                self._findings.note("picture", "WARNING", shot.picture, said, row=row)
                shot.record.dropped = True
        return [one for one in shots if one.picture not in withdrawn]

    def _read(self, table: SourceTable, columns: Columns) -> list[Record]:
        reader = RecordReader(self._spec, table, columns, self._findings)
        records = []
        with bar("reading rows", len(table.rows)) as advance:
            for row in table.rows:
                records.append(reader.read(row))
                advance(1)
        return records

    def _is_there(self) -> bool:
        return self._spec.out.is_dir() and any(self._spec.out.iterdir())

    def _open(
        self, shots: list[Shot], index: PictureIndex, image_ids: dict[str, str], *, files: bool
    ) -> dict[str, OpenedPicture]:
        wanted: list[tuple[SourcePicture, str]] = [
            (index.by_name[one.picture], image_ids[one.picture]) for one in shots
        ]
        opened = self._files.open_all(wanted, files=files)
        for shot in shots:
            about = opened[shot.picture]
            if about.error:
                settled = self._findings.settle(
                    "picture",
                    shot.picture,
                    Outcome(None, about.error),
                    row=shot.record.row,
                    parse=nothing,
                    kind="cannot be opened",
                    can_be_empty=False,
                )
                shot.record.dropped |= settled.drop
        self._metadata = Counter(kind for one in opened.values() for kind in one.removed)
        return opened

    def _patient_ids(self, shots: list[Shot], patients: dict[str, str]) -> dict[str, str]:
        keys = dict.fromkeys(patients[one.picture] for one in shots)
        ids = self._state.ids("patients", keys, "pat")
        return {one.picture: ids[patients[one.picture]] for one in shots}

    def _keep_source(
        self,
        table: SourceTable,
        columns: Columns,
        records: list[Record],
        shots: list[Shot],
        image_ids: dict[str, str],
        patient_ids: dict[str, str],
    ) -> None:
        """The rows as they were, with what they became, in the private folder."""
        of_row: dict[int, list[Shot]] = {}
        for shot in shots:
            of_row.setdefault(shot.record.row, []).append(shot)
        rows = []
        for record in records:
            source = {f"source: {name}": cell for name, cell in record.source.items()}
            number = {"row": str(record.row)}
            if record.row not in of_row:
                rows.append(number | {"state": "left out"} | source)
            for shot in of_row.get(record.row, ()):
                ids = {
                    "picture": shot.picture,
                    "image_id": image_ids[shot.picture],
                    "patient_id": patient_ids[shot.picture],
                }
                rows.append(number | {"state": "taken"} | ids | source)
        self._state.write_source(table.columns, rows)

    def _write(
        self,
        columns: Columns,
        shots: list[Shot],
        index: PictureIndex,
        image_ids: dict[str, str],
        patient_ids: dict[str, str],
        opened: dict[str, OpenedPicture],
    ) -> Built:
        used = {condition_id(one.record.values["condition"]) for one in shots}
        keys = {one.record.values["condition"] for one in shots}
        if len(used) < len(keys):
            raise CohortError("Two conditions that were kept as written have the same name.")
        conditions, release = conditions_table(shots)
        images = images_table(shots, image_ids, patient_ids, opened, columns.extra)
        info = cohort_info(self._spec, release, patients_known="patient" in columns.of)
        out = self._spec.out
        if self._is_there():
            there = _cohort_at(out)
            if there and there.sha256 == Cohort(out, info, images, conditions).sha256:
                self._files.clear()
                return self._result(there, unchanged=True)
            if not self._replace:
                raise UsageError(
                    f"{out} holds another cohort than this build would give.",
                    hint="Nothing is overwritten. Give another `out` (and `version`) in the spec,"
                    " or --replace.",
                )
            if (out / WITHDRAWALS).exists() or (out / UNFINISHED).exists():
                raise UsageError(
                    f"{out} holds the record of a withdrawal, and is not replaced.",
                    hint="Give another `out` in the spec; what was withdrawn stays out of it.",
                )
            if there is None or not set(there.image_ids) <= self._state.given("pictures"):
                raise UsageError(f"{out} is no cohort of this build, and is not replaced.")
            self._files.open_all([(index.by_name[s.picture], image_ids[s.picture]) for s in shots])
        else:
            check_new(out)
        people = dict(zip(images["image_id"], images["patient_id"], strict=True))
        self._state.published(people, out)
        cohort = self._lay(info, images, conditions)
        self._files.clear()
        return self._result(cohort)

    def _lay(self, info: CohortInfo, images: pd.DataFrame, conditions: pd.DataFrame) -> Cohort:
        out = self._spec.out
        new, old = (out.with_name(f".{out.name}.{which}") for which in ("new", "old"))
        target = new if self._is_there() else out
        for left in (new, old):  # of a build that was killed while it replaced
            shutil.rmtree(left, ignore_errors=True)
        with new_folder(target) as part:
            self._files.lay({Path(file).name: part / file for file in images["file"]})
            cohort = write_cohort(part, info, images, conditions, opened=True)
        if target != out:
            out.rename(old)
            target.rename(out)
            shutil.rmtree(old)
        return dataclasses.replace(cohort, root=out)

    def _write_review(self) -> None:
        found = self._findings
        write_review(self._state.review, found.all, self._before, found.renewed)

    def _result(self, cohort: Cohort | None, *, unchanged: bool = False) -> Built:
        findings = self._findings.all
        return Built(cohort, unchanged, self._state.review, findings, self._metadata)
