"""What is given as an option of a protocol is checked before anything is divided by it."""

from __future__ import annotations

from rdface.errors import UsageError


def check_whole(protocol: str, option: str, value: object, *, least: int) -> None:
    """Refuse what is no whole number of at least ``least``; ``True``, 2.0 and "2" are none.

    Raises:
        UsageError: It names protocol, option and value.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise UsageError(
            f"Option {option!r} of protocol {protocol!r} must be a whole number of at least"
            f" {least}, not {value!r}."
        )


def check_share(protocol: str, option: str, value: object) -> None:
    """Refuse what is no number between 0 and 1, both excluded.

    Raises:
        UsageError: It names protocol, option and value.
    """
    if not isinstance(value, float) or not 0 < value < 1:
        raise UsageError(
            f"Option {option!r} of protocol {protocol!r} must be a number between 0 and 1,"
            f" not {value!r}."
        )


def check_choice(protocol: str, option: str, value: object, choices: tuple[str, ...]) -> None:
    """Refuse what is not one of ``choices``.

    Raises:
        UsageError: It names protocol, option and value.
    """
    if value not in choices:
        raise UsageError(
            f"Option {option!r} of protocol {protocol!r} must be {' or '.join(choices)},"
            f" not {value!r}."
        )
