"""Parts of the chat client that need no server; the rest is tested with one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.phenotype.chat_api import retry_after, scrubbed

NOON = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("-4", 0.0),
        ("", 0.0),
        ("soon", 0.0),
        ("inf", 0.0),
        ("nan", 0.0),
        ("Thu, 01 Jan 2026 12:00:30 GMT", 30.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float) -> None:
    assert retry_after(value, NOON) == seconds


@given(st.text(max_size=300), st.text("abcDEF123+/=", min_size=48, max_size=400))
def test_a_servers_words_lose_key_and_picture_and_stay_short(text: str, blob: str) -> None:
    said = scrubbed(f"{text} secret-key data:image/png;base64,{blob}", "secret-key")
    assert "secret-key" not in said.replace(text, "") and blob not in said
    assert len(said) <= 204 and said.isprintable()


@given(st.text(max_size=40))
def test_retry_after_never_raises(value: str) -> None:
    assert retry_after(value, NOON) >= 0
