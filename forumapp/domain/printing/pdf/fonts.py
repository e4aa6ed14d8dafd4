"""The fonts of paper: found on the machine, checked for glyphs, cut down to the characters in use.

Cutting beforehand is what makes paper quick: WeasyPrint subsets whatever is used into each document, and doing that
to a 19 MB collection costs more than all the rest of a badge.
"""

from __future__ import annotations

import functools
import hashlib
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools.ttLib import TTCollection, TTFont

from forumapp.domain.printing.pdf.font_subsets import cut_out, mark_used

if TYPE_CHECKING:
    from collections.abc import Iterable

DEBIAN = Path("/usr/share/fonts")
# Printable ASCII and what our own words and dates use, so that a subset rarely depends on them.
ALWAYS = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("–—−·“”‘’…\u00a0")
FEATURES = ["kern", "locl", "ccmp", "mark", "mkmk", "liga", "calt", "tnum", "lnum", "pnum"]
# Of no use on paper that is read left to right.
DROPPED = ["vhea", "vmtx", "VORG", "BASE", "DSIG", "FFTM", "meta"]
# Cut by an earlier version of this module, they are not looked at.
CUT = 3


class FontMissing(RuntimeError):
    """A font that paper is set in is not installed."""


def font_folder() -> Path:
    """Where cut fonts are kept when nobody names a folder: they can be cut again at any time."""
    return Path(tempfile.gettempdir()) / f"forumapp-fonts-{os.getuid()}"


@dataclass(frozen=True, slots=True)
class Face:
    """One file of a family; `index` is its place in a collection."""

    family: str
    weight: int
    path: Path
    index: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A Latin family and the Han family beside it."""

    latin: str
    han: str


SANS = Pair("Noto Sans", "Noto Sans CJK SC")
SERIF = Pair("Noto Serif", "Noto Serif CJK SC")
WEIGHTS = (400, 700)
_FILES = {
    "Noto Sans": "truetype/noto/NotoSans-{weight}.ttf",
    "Noto Serif": "truetype/noto/NotoSerif-{weight}.ttf",
    "Noto Sans CJK SC": "opentype/noto/NotoSansCJK-{weight}.ttc",
    "Noto Serif CJK SC": "opentype/noto/NotoSerifCJK-{weight}.ttc",
}


@functools.cache
def find_face(family: str, weight: int) -> Face:
    """Where `family` lies on this machine. Raises FontMissing, naming the package that holds it."""
    name = "Bold" if weight > WEIGHTS[0] else "Regular"
    path = DEBIAN / _FILES[family].format(weight=name)
    if not path.exists():
        path = _ask_fontconfig(family, name)
    return Face(family, weight, path, _index_in(path, family))


def _ask_fontconfig(family: str, style: str) -> Path:
    package = "fonts-noto-cjk" if "CJK" in family else "fonts-noto-core"
    missing = FontMissing(f'the font "{family}" ({style}) is not installed: apt-get install {package}')
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command and our own family names
            ["fc-match", "-f", "%{family}\n%{file}", f"{family}:style={style}"],  # noqa: S607 - found on the PATH
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise missing from error
    families, _, file = answer.partition("\n")
    if family not in families.split(","):  # fontconfig answers with its next best
        raise missing
    return Path(file)


def _index_in(path: Path, family: str) -> int:
    if path.suffix.lower() not in {".ttc", ".otc"}:
        return 0
    with path.open("rb") as file:
        fonts = TTCollection(file, lazy=True).fonts
        return next((i for i, font in enumerate(fonts) if font["name"].getBestFamilyName() == family), 0)


def books_pair() -> Pair:
    """Serif for books where it is installed, else the sans that badges use."""
    try:
        for family in (SERIF.latin, SERIF.han):
            find_face(family, WEIGHTS[0])
    except FontMissing:
        return SANS
    return SERIF


@functools.cache
def _covered(face: Face) -> frozenset[int]:
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap())


def uncovered(text: str, pair: Pair) -> list[str]:
    """The characters of `text`, once each and in order, that neither font of `pair` has."""
    faces = [_covered(find_face(family, WEIGHTS[0])) for family in (pair.latin, pair.han)]
    return [c for c in dict.fromkeys(text) if not c.isspace() and not any(ord(c) in face for face in faces)]


def cut(face: Face, characters: Iterable[str], folder: Path) -> Path:
    """`face` reduced to `characters`, from `folder` when it was cut before.

    Named by what goes in, and written aside then renamed, so that processes may share the folder.
    """
    wanted = sorted(ALWAYS.union(characters))
    stat = face.path.stat()
    key = f"{CUT}|{face.path}|{face.index}|{stat.st_size}|{stat.st_mtime_ns}|{''.join(wanted)}"
    path = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.otf"
    if path.exists():
        mark_used(path)
        return path
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=folder, suffix=".draft")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_subset(face, wanted))
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
    return path


def _subset(face: Face, characters: Iterable[str]) -> bytes:
    return cut_out(face.path, face.index, characters, features=FEATURES, dropped=DROPPED)
