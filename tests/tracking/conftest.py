"""A finished run, as for exports."""

from tests.hub.conftest import make_run

__all__ = ["make_run"]
