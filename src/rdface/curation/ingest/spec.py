"""The spec of a build: where the pictures and the table are, and what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from rdface.cohort import CohortInfo
from rdface.cohort.use_columns import ACTIONS, iso_date
from rdface.curation.ingest.normalise.age import Unit
from rdface.curation.ingest.normalise.date import Order
from rdface.errors import UsageError
from rdface.registry import nearest

FIELDS = (
    "picture",
    "patient",
    "condition",
    "omim_id",
    "orpha_code",
    "genes",
    "sex",
    "age",
    "birth_date",
    "photo_date",
    "ancestry",
    "country",
    "hpo_terms",
    "source",
    "consent",
    "consent_expires",
    "data_use",
    "ethics",
    "permitted_use",
)
"""What a column of the table can be."""

DEFAULTED = tuple(
    name for name in FIELDS if name not in ("picture", "patient", "birth_date", "photo_date")
)
_HINT = "`rdface cohort build --new SPEC` writes a spec with every key explained."


_NOTHING = (None, "", "null", "~")
"""What YAML writes where there is no value."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class TableSpec(_Strict):
    """The table.

    Attributes:
        file: CSV or XLSX.
        sheet: Which sheet of an XLSX file.
        header_row: Row of the headers.
    """

    file: Path
    sheet: str = ""
    header_row: int = Field(default=1, ge=1)


class CohortSpec(_Strict):
    """What ``cohort.yaml`` of the new cohort says; see :class:`rdface.cohort.CohortInfo`."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    version: str
    title: str = ""
    licence: str = Field(min_length=1)
    simulated: bool = False
    data_use: Words = ()
    ethics: Words = ()
    sources: Words = ()
    forbids: Words = ()
    permitted_use: str = ""
    consent_expires: str = ""

    @field_validator("data_use")
    @classmethod
    def _codes(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            if not re.fullmatch(r"DUO:[0-9]{7}", code):
                raise ValueError(f"{code!r} is no code such as DUO:0000007")
        return codes

    @field_validator("forbids")
    @classmethod
    def _actions(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in ACTIONS:
                raise ValueError(
                    f"{name!r} is none of {', '.join(ACTIONS)}. {nearest(name, ACTIONS)}"
                )
        return names

    @field_validator("consent_expires")
    @classmethod
    def _day(cls, text: str) -> str:
        if text:
            iso_date(text)
        return text

    def info(self, **more: str) -> CohortInfo:
        """The metadata, without the keys that are not given."""
        content = {
            key: value
            for key, value in self.model_dump().items()
            if value or key in CohortInfo.model_fields
        }
        return CohortInfo.model_validate(content | {k: v for k, v in more.items() if v})


def _table(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


class BuildSpec(_Strict):
    """Everything that a build is told. Paths are as seen from the folder of the spec.

    Attributes:
        version: Version of the spec format.
        cohort: What the cohort says of itself.
        table: The table, or its file alone.
        pictures: Folders with pictures; those below them count.
        out: Folder of the new cohort.
        state: Private folder of this build: the review, the key from names to ids.
        columns: Field -> header; a field that is null has no column.
        defaults: Field -> value where the table has none.
        sex_codes: What codes in the column of the sex mean.
        bare_ages: Unit of ages that are a number alone.
        dates: What stands first in 03/04/2019.
        extra_columns: Further columns to carry over as they are; or ``all`` of them that do not
            look as if they named somebody.
        leave_open: ``empty``: write the cohort in spite of open doubts, without what is doubtful.
    """

    version: int = Field(ge=1, le=1)
    cohort: CohortSpec
    table: Annotated[TableSpec, BeforeValidator(_table)]
    pictures: Words = Field(min_length=1)
    out: Path
    state: Path
    columns: dict[str, str | None] = Field(default_factory=dict)
    defaults: dict[str, str] = Field(default_factory=dict)
    sex_codes: dict[str, Literal["female", "male", ""]] = Field(default_factory=dict)
    bare_ages: Unit | None = None
    dates: Order | None = None
    extra_columns: Words = ()
    leave_open: Literal["empty"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _not_given(cls, given: object) -> object:
        """A key without a value, as where all lines below it are comments, is not given."""
        if not isinstance(given, dict):
            return given
        return {key: value for key, value in given.items() if value not in _NOTHING}

    @field_validator("columns", "defaults", mode="before")
    @classmethod
    def _known(cls, given: object, about: pydantic.ValidationInfo) -> object:
        known = FIELDS if about.field_name == "columns" else DEFAULTED
        if not isinstance(given, dict):
            return given
        for name in given:
            if name not in known:
                raise ValueError(f"{name}: {_unknown(str(name), known)}")
        return {name: None if value in _NOTHING else value for name, value in given.items()}

    def at(self, folder: Path) -> BuildSpec:
        """The same with every path as seen from the working folder."""
        table = self.table.model_copy(update={"file": folder / self.table.file})
        places = {"out": folder / self.out, "state": folder / self.state, "table": table}
        pictures = tuple(str(folder / one) for one in self.pictures)
        return self.model_copy(update={**places, "pictures": pictures})


def _unknown(name: str, known: Iterable[str]) -> str:
    return f"there is no such field. {nearest(name, known)} Fields: {', '.join(known)}"


def read_build_spec(path: Path) -> BuildSpec:
    """Read a spec.

    Raises:
        UsageError: It is missing, no YAML, or keys are wrong; each is named, with the nearest.
    """
    try:
        # Every value is text first: no NO that is false, no version 1.10 that is 1.1.
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    except OSError as error:
        raise UsageError(
            f"The spec {path} cannot be read: {error.strerror}.", hint=_HINT
        ) from error
    except (ValueError, yaml.YAMLError) as error:
        raise UsageError(f"The spec {path} is no YAML: {error}", hint=_HINT) from error
    if not isinstance(content, dict):
        what = "is empty" if not content else "is no mapping of keys to values"
        raise UsageError(f"The spec {path} {what}.", hint=_HINT)
    try:
        return BuildSpec.model_validate(content).at(path.parent)
    except pydantic.ValidationError as error:
        lines = [f"  {_fault(one)}" for one in error.errors()]
        message = "\n".join([f"The spec {path} is not right:", *lines])
        raise UsageError(message, hint=_HINT) from error


def _fault(one: Any) -> str:  # noqa: ANN401 - pydantic's own type of errors
    where = ".".join(map(str, one["loc"]))
    if one["type"] == "extra_forbidden":
        parts: dict[str, type[BaseModel]] = {"cohort": CohortSpec, "table": TableSpec}
        model = parts[str(one["loc"][0])] if len(one["loc"]) > 1 else BuildSpec
        return f"{where}: there is no such key. {nearest(str(one['loc'][-1]), model.model_fields)}"
    if one["type"] == "missing":
        return f"{where}: is missing"
    return f"{where}: {one['msg'].removeprefix('Value error, ')}"
