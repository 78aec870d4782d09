"""Faces in words: reports of what a face shows, as text, HPO terms and their evidence."""

from rdface.phenotype.describer import DESCRIBERS, Answer, Describer, Picture, make_describer
from rdface.phenotype.report import Finding, Report
from rdface.phenotype.sections import REGIONS, SECTIONS

__all__ = [
    "DESCRIBERS",
    "REGIONS",
    "SECTIONS",
    "Answer",
    "Describer",
    "Finding",
    "Picture",
    "Report",
    "make_describer",
]
