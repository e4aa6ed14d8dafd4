"""A floor plan of the sample's venue: boxes with the names of its rooms. The building is made up and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forumapp.cli.demo.records import Room

# By room: left, top, width and height, on a sheet of 900 by 600.
BOXES = {
    "foyer": (20, 400, 860, 120),
    "ballroom": (20, 60, 360, 320),
    "banquet-hall": (400, 60, 240, 180),
    "matchmaking-hall": (660, 60, 220, 180),
    "room-a": (400, 260, 150, 120),
    "room-b": (565, 260, 150, 120),
    "room-c": (730, 260, 150, 120),
}
LANGUAGES = ("en", "zh-Hans")
NOTE = {"en": "Sample plan, not to scale", "zh-Hans": "示例平面图，不按比例"}
ENTRANCE = {"en": "Main entrance", "zh-Hans": "正门"}


def floor_plan(rooms: Sequence[Room]) -> bytes:
    """As a drawing (SVG)."""
    boxes = "".join(_box(BOXES[room.key], room.name) for room in rooms)
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 600" width="900" height="600">'
        '<rect width="900" height="600" fill="#ffffff"/>'
        f'{_words(20, 40, NOTE, 18, "start")}{boxes}<path d="M420 520v24h60v-24" fill="none" stroke="#16191d" '
        f'stroke-width="3"/>{_words(450, 572, ENTRANCE, 20, "middle")}</svg>'
    )
    return drawing.encode()


def _box(place: tuple[int, int, int, int], name: Mapping[str, str]) -> str:
    left, top, width, height = place
    across, down = left + width // 2, top + height // 2
    lines_of_it = 'fill="#eef3f6" stroke="#16191d" stroke-width="3"'
    box = f'<rect x="{left}" y="{top}" width="{width}" height="{height}" {lines_of_it}/>'
    size = min(_size(name[language], width) for language in LANGUAGES)
    lines = (
        f'<text x="{across}" y="{down - 4 + 26 * line}" font-size="{size}" text-anchor="middle" fill="#16191d">'
        f"{escape(name[language])}</text>"
        for line, language in enumerate(LANGUAGES)
    )
    return box + "".join(lines)


def _size(text: str, width: int) -> int:
    """No larger than fits in the box: a Latin letter is about 0.6 of its size wide, a Chinese one all of it."""
    ems = sum(0.6 if letter.isascii() else 1.0 for letter in text)
    return min(20, int((width - 16) / ems))


def _words(x: int, y: int, texts: Mapping[str, str], size: int, anchor: str) -> str:
    said = escape(" · ".join(texts[language] for language in LANGUAGES))
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="#4b535c">{said}</text>'
