"""Rank the conditions for a photograph."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
