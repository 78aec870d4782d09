"""Its tables. A change here needs a new file in ``migrations/versions``."""

from __future__ import annotations

from sqlalchemy import Float, ForeignKey, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    """What all have in common: constraints have names, so migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Account(Table):
    """Somebody who may sign in; never deleted, for the log names it.

    Attributes:
        name: As typed at sign-in, lower case.
        password: Its Argon2id hash.
        role: Name of a :class:`~rdface.web.access.role.Role`, lower case.
        made_at: Seconds since 1970.
        closed_at: The same; None while it is open.
    """

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    password: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[float] = mapped_column(Float(53))
    closed_at: Mapped[float | None] = mapped_column(Float(53))


class Session(Table):
    """A browser that has signed in.

    Attributes:
        token_sha256: Of what its cookie carries; the token itself is kept nowhere.
        account_id: Whose it is.
        begun_at: Seconds since 1970.
        seen_at: Of its last request, to the minute.
    """

    __tablename__ = "sessions"
    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    begun_at: Mapped[float] = mapped_column(Float(53))
    seen_at: Mapped[float] = mapped_column(Float(53))


class Attempt(Table):
    """An attempt to sign in that has not succeeded.

    Attributes:
        account: Of the name that was typed, only a keyed hash: it may be a password.
        address: Of the visitor's network, likewise.
        at: Seconds since 1970.
    """

    __tablename__ = "attempts"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[float] = mapped_column(Float(53), index=True)


class Entry(Table):
    """A line of the audit log; triggers of the database refuse to change or delete one.

    Attributes:
        number: 1, 2, 3 ... without a gap.
        at: UTC, ISO 8601.
        who: Name of the account; ``local`` for an explorer without accounts.
        address: Where the request came from.
        action: One of :class:`~rdface.web.access.log.Action`.
        subject: Image, account or decision that it is about.
        page: Path of the page that asked, as the browser says.
        previous: ``sha256`` of the entry before.
        sha256: Of all the above.
    """

    __tablename__ = "audit_log"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))
    who: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(300), index=True)
    page: Mapped[str] = mapped_column(String(300))
    previous: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
