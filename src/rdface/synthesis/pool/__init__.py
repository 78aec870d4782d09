"""Pools: cohort folders of synthetic images alone, and their joining with the real ones."""

from rdface.synthesis.pool.joining import join_pools
from rdface.synthesis.pool.making import Label, make_pool

__all__ = ["Label", "join_pools", "make_pool"]
