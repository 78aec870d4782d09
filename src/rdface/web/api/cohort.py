"""Cohort, images, cases and conditions."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
