"""Pictures and thumbnails of the cohort: the only way that its pixels leave."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
