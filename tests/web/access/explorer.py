"""An explorer with accounts, and browsers that ask it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from rdface.web.access.log import entries
from rdface.web.access.role import Role
from rdface.web.settings import Settings
from rdface.web.storage.database import Database
from tests.web.conftest import form_token

PASSWORD = "correct horse battery"  # noqa: S105 - of the tests' own accounts
NAMES = {None: "", Role.VIEWER: "vic", Role.CURATOR: "cal", Role.ADMIN: "ann"}
"""Role -> name of the account that has it."""


@dataclass(frozen=True)
class Explorer:
    """One with three accounts."""

    app: FastAPI
    settings: Settings

    @property
    def database(self) -> Database:
        found: Database = self.app.state.locks.database
        return found

    def browser(self, role: Role | None = None) -> TestClient:
        """A new one, signed in if need be; it sends the token that pages carry."""
        asking = TestClient(
            self.app,
            base_url="http://127.0.0.1",
            follow_redirects=False,
            client=("127.0.0.1", 50000),
        )
        if role is not None:
            answer = sign_in(asking, NAMES[role])
            assert answer.status_code == 303, answer.text
        asking.headers["X-CSRF-Token"] = form_token(asking)
        return asking

    def logged(self) -> list[tuple[str, str, str]]:
        """Who, what and about whom, oldest first."""
        with self.database.reading() as work:
            return [(one.who, one.action, one.subject) for one in reversed(entries(work))]


def sign_in(asking: TestClient, name: str, password: str = PASSWORD, **more: str) -> Response:
    """As the form does."""
    sent = {"X-CSRF-Token": form_token(asking)}
    data = {"name": name, "password": password, **more}
    return asking.post("/sign-in", data=data, headers=sent)
