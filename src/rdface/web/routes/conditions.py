"""All conditions, and one."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
