"""Only networks that were trained to tell people apart may say whose face one is."""

from __future__ import annotations

import pytest

from rdface.backbones import BACKBONES
from rdface.backbones.recognition import need_recognition, recognition_names
from rdface.errors import UsageError


def test_face_recognition_networks_are_told_from_all_others() -> None:
    """Every backbone of the package is on one side or the other; a path after a colon is fine."""
    known = recognition_names()
    assert {"sface", "facenet", "facenet-torch", "facenet-vggface2", "arcface-r50", "vggface"} == {
        *known
    }
    for name in BACKBONES.names():
        if name in known:
            need_recognition(name)
        else:
            with pytest.raises(UsageError, match="no face-recognition network") as caught:
                need_recognition(name)
            assert caught.value.hint and all(each in caught.value.hint for each in known)
    need_recognition("arcface-r50:/tmp/weights.pt")
    with pytest.raises(UsageError, match="no backbone called"):
        need_recognition("sfaze")
