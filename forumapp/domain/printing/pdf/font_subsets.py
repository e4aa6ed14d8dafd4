"""Fonts cut down to characters by HarfBuzz, which takes a hundredth of what it takes in Python."""

from __future__ import annotations

import ctypes
import functools
import time
from contextlib import suppress
from ctypes import POINTER, byref, c_char_p, c_int, c_uint, c_void_p
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NO_HINTING, RETAIN_NUMBERS, PLAIN_OUTLINES, NOTDEF_OUTLINE = 0x01, 0x02, 0x04, 0x40
DROPPED_TABLES, LAYOUT_FEATURES = 3, 6  # of the sets of an order to cut
FOR_LAYOUT = ("GSUB", "GPOS", "GDEF", "BASE")  # of no use where glyphs are named by their numbers


KEPT = 7 * 24 * 3600.0  # seconds after a font was last used


class NotCut(RuntimeError):
    """HarfBuzz could not read or cut the font."""


class _Library:
    """The functions we use of it; raises OSError where it is not installed."""

    def __init__(self) -> None:
        shaping, subsetting = ctypes.CDLL("libharfbuzz.so.0"), ctypes.CDLL("libharfbuzz-subset.so.0")
        self.read = _function(shaping.hb_blob_create_from_file_or_fail, c_void_p, c_char_p)
        self.forget_bytes = _function(shaping.hb_blob_destroy, None, c_void_p)
        self.data = _function(shaping.hb_blob_get_data, c_void_p, c_void_p, POINTER(c_uint))
        self.face = _function(shaping.hb_face_create, c_void_p, c_void_p, c_uint)
        self.bytes_of = _function(shaping.hb_face_reference_blob, c_void_p, c_void_p)
        self.forget_face = _function(shaping.hb_face_destroy, None, c_void_p)
        self.empty = _function(shaping.hb_set_clear, None, c_void_p)
        self.add = _function(shaping.hb_set_add, None, c_void_p, c_uint)
        self.order = _function(subsetting.hb_subset_input_create_or_fail, c_void_p)
        self.forget_order = _function(subsetting.hb_subset_input_destroy, None, c_void_p)
        self.glyphs = _function(subsetting.hb_subset_input_glyph_set, c_void_p, c_void_p)
        self.characters = _function(subsetting.hb_subset_input_unicode_set, c_void_p, c_void_p)
        self.tags = _function(subsetting.hb_subset_input_set, c_void_p, c_void_p, c_int)
        self.set_flags = _function(subsetting.hb_subset_input_set_flags, None, c_void_p, c_uint)
        self.cut = _function(subsetting.hb_subset_or_fail, c_void_p, c_void_p, c_void_p)


def _function(found: Any, answer: Any, *arguments: Any) -> Any:
    found.restype, found.argtypes = answer, arguments
    return found


_library = functools.cache(_Library)


def cut_out(
    path: Path, index: int, characters: Iterable[str], *, features: Iterable[str], dropped: Iterable[str]
) -> bytes:
    """The font at `index` of the file with these characters alone. Raises NotCut, and OSError without HarfBuzz."""
    library = _library()
    order = library.order()
    try:
        for character in characters:
            library.add(library.characters(order), ord(character))
        kept = library.tags(order, LAYOUT_FEATURES)
        library.empty(kept)
        for feature in features:
            library.add(kept, _tag(feature))
        for table in dropped:
            library.add(library.tags(order, DROPPED_TABLES), _tag(table))
        library.set_flags(order, NO_HINTING | NOTDEF_OUTLINE)
        return _result(library, path, index, order)
    finally:
        library.forget_order(order)


def glyphs_of(path: Path, glyphs: Iterable[int]) -> bytes:
    """A font with these glyphs alone, each under the number that it has in it. Raises as `cut_out` does."""
    library = _library()
    order = library.order()
    try:
        for glyph in glyphs:
            library.add(library.glyphs(order), glyph)
        for table in FOR_LAYOUT:
            library.add(library.tags(order, DROPPED_TABLES), _tag(table))
        library.set_flags(order, NO_HINTING | RETAIN_NUMBERS | PLAIN_OUTLINES)
        return _result(library, path, 0, order)
    finally:
        library.forget_order(order)


def _result(library: _Library, path: Path, index: int, order: int) -> bytes:
    content = library.read(str(path).encode())
    if not content:
        raise NotCut(f"{path} cannot be read")
    face = library.face(content, index)
    library.forget_bytes(content)
    result = library.cut(face, order)
    library.forget_face(face)
    if not result:
        raise NotCut(f"{path} cannot be cut")
    held, length = library.bytes_of(result), c_uint()
    made = ctypes.string_at(library.data(held, byref(length)), length.value)
    library.forget_bytes(held)
    library.forget_face(result)
    return made


def _tag(name: str) -> int:
    return int.from_bytes(name.ljust(4).encode("ascii"), "big")


def mark_used(path: Path) -> None:
    """Once a day, so that what is in use is not forgotten."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > KEPT / 7:
            path.touch()


def forget_unused(folder: Path) -> None:
    """Remove the cut fonts that nothing has used for a week, and drafts that a crash left: they are cut again when
    somebody needs them, and their characters are those of people's names.
    """
    for path in folder.glob("*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink()
