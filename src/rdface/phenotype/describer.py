"""What a describer is, what it is shown, and what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from rdface.faces import Face
from rdface.imaging import Image
from rdface.phenotype.report import Finding, Status
from rdface.registry import Registry, make_piece


@dataclass(frozen=True, eq=False)
class Picture:
    """What a describer is shown of one image, real or synthetic alike.

    Attributes:
        image_id: Its id; a language model is not told it.
        image: ``uint8 [H, W, 3]``, RGB: pixels alone, no metadata of the file.
        face: The face that counts, None where none was found or the describer wants none.
        sex: ``female``, ``male`` or "" (not known, or the describer wants no faces).
        age: Years, NaN likewise.
    """

    image_id: str
    image: Image
    face: Face | None
    sex: str
    age: float


@dataclass(frozen=True)
class Answer:
    """What came back for one picture.

    Attributes:
        image_id: Of the picture.
        text: The answer in full.
        status: None where the text has to be read to know; ``failed`` with ``problem`` otherwise.
        findings: Terms, where the describer knows them itself; None where they are in the text.
        problem: Why it failed, for people; holds nothing of the image.
        tokens_in: As in a report.
        tokens_out: As in a report.
    """

    image_id: str
    text: str
    status: Status | None = None
    findings: tuple[Finding, ...] | None = None
    problem: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


class Describer(BaseModel):
    """Says in words what a face shows; its fields are its options.

    Attributes:
        wants_faces: Whether faces are located for it, and sex and age told; a picture of which
            they change is described anew.
        gives_findings: Whether every answer carries its findings: nothing has to be read out of
            its text, and neither spaCy nor the ontology's synonyms are needed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    wants_faces: ClassVar[bool] = True
    gives_findings: ClassVar[bool] = False

    @property
    def fingerprint(self) -> str:
        """Names all that decides an answer: model, its weights, instruction, decoding."""
        raise NotImplementedError

    @property
    def destination(self) -> str:
        """Where pictures are sent to, off this machine; empty where they stay on it."""
        return ""

    @property
    def uploads(self) -> bool:
        """Whether pictures leave this machine."""
        return bool(self.destination)

    @property
    def instruction(self) -> str:
        """Version of the instruction that is given; empty where none is."""
        return ""

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """What so many tokens cost, in the currency of the prices given; None if not known."""
        return None

    def describe(self, pictures: Sequence[Picture]) -> Iterator[Answer]:
        """One answer for each picture, in any order.

        Raises:
            UsageError: An option does not fit, or an extra is missing.
            WeightsError: A model cannot be had.
        """
        raise NotImplementedError


DESCRIBERS: Registry[type[Describer]] = Registry("describer", "rdface.phenotype.describers")


def make_describer(name: str, options: Mapping[str, Any]) -> Describer:
    """The describer called ``name`` with these options.

    Raises:
        UsageError: There is no such describer, or an option cannot be so.
    """
    return make_piece(
        DESCRIBERS, name, options, "`rdface describe --list` shows the options of every describer."
    )
