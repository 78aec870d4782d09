"""One image: face, measures, reports, nearest cases, predictions."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
