"""One photograph and what is known of the person on it, as a form or the API sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastapi import UploadFile
from pydantic import ConfigDict

from rdface.errors import ImageError
from rdface.web.reading.gallery import Years
from rdface.web.reading.said import Said

if TYPE_CHECKING:
    from rdface.photograph import Answer
    from rdface.web.holdings import Holdings


class About(Said):
    """What is known of the person on a photograph; nothing of it is kept.

    Attributes:
        age_years: Age at the photograph; without it nothing is measured.
        sex: Without it both sexes together are the reference of measures.
        simulated: The picture is known to show nobody.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    age_years: Years = None
    sex: Literal["", "female", "male"] = ""
    simulated: bool = False


class PhotographForm(About):
    """A photograph and what is known of the person on it.

    Attributes:
        photograph: JPEG, PNG, WebP, TIFF, BMP or GIF.
    """

    photograph: UploadFile


def ask_cohort(holdings: Holdings, asked: PhotographForm) -> Answer:
    """Ask the cohort about a photograph.

    Raises:
        RdfaceError: It is no photograph of a face, or the cohort's terms forbid it.
        HTTPException: 503 where too many are asking.
    """
    data = asked.photograph.file.read()
    if not data:
        raise ImageError("The file is empty.")
    return holdings.ask(
        data,
        sex=asked.sex,
        age=asked.age_years,
        simulated=asked.simulated,
    )
