"""What can be made again is kept for a while, and no more of it than there is room for."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from forumapp.core.files.preview_cache import Rack

if TYPE_CHECKING:
    from pathlib import Path


def test_the_oldest_make_room_and_what_is_old_is_gone(tmp_path: Path) -> None:
    rack = Rack(tmp_path / "rack", age=60, most=25)
    for age, name in ((30, "first"), (20, "second"), (10, "third")):
        rack.put(name, b"0123456789")
        os.utime(tmp_path / "rack" / name, times=(time.time() - age,) * 2)
    (tmp_path / "rack" / ".fourth.aa").write_bytes(b"")  # of a process that was killed
    os.utime(tmp_path / "rack" / ".fourth.aa", times=(0, 0))
    rack.tidy()
    kept = [rack.get(name) for name in ("first", "second", "third", "never")]
    os.utime(tmp_path / "rack" / "third", times=(time.time() - 61,) * 2)

    assert kept == [None, b"0123456789", b"0123456789", None]
    assert rack.get("third") is None  # also before anyone has tidied up
    assert sorted(one.name for one in (tmp_path / "rack").iterdir()) == ["second", "third"]
    rack.clear()
    assert list((tmp_path / "rack").iterdir()) == []
