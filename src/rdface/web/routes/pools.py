"""Synthetic pools and their review."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
