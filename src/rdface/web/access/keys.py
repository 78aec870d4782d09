"""What the explorer's secret is good for: signed cookies and tokens of forms."""

from __future__ import annotations

import hashlib
import hmac

from itsdangerous import BadSignature, Signer


class Keys:
    """Derived from one secret, each for one purpose.

    Args:
        secret: At least 32 random bytes.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._signer = Signer(
            secret, salt=b"rdface cookie", key_derivation="hmac", digest_method=hashlib.sha256
        )

    def seal(self, token: str) -> str:
        """A cookie's value that only this explorer can make."""
        return self._signer.sign(token).decode()

    def unseal(self, cookie: str | None) -> str | None:
        """The token in a cookie; None where the explorer did not make it."""
        if not cookie or len(cookie) > 200 or not cookie.isascii():
            return None
        try:
            return self._signer.unsign(cookie).decode()
        except BadSignature:
            return None

    def form_token(self, token: str) -> str:
        """What the forms and scripts of one visit must send along."""
        return self._mac(b"form", token)

    def mask(self, text: str) -> str:
        """A name or address that can be told from others but not read."""
        return self._mac(b"mask", text)

    def _mac(self, purpose: bytes, text: str) -> str:
        return hmac.new(self._secret, purpose + b"\0" + text.encode(), hashlib.sha256).hexdigest()
