"""The program book: an agenda of 120 items over three days, and a book of 240 sessions and 300 speakers with photos."""

from __future__ import annotations

import io
import random
import sys
import tempfile
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image

from bench.marks import Mark, mark, table
from bench.paper import spent
from forumapp.domain.printing import impose, render
from forumapp.domain.printing.documents import (
    Appearance,
    Logo,
    PersonValues,
    ProgramDay,
    ProgramItem,
    ProgramSession,
    ProgramValues,
)

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "print"))
import sample

PHOTOS, SIDE = 20, 480
LIFE = {
    "en": "Leads the trade office of the harbor, after twelve years in shipping and logistics on both coasts. Chairs "
    "the working group on zero-carbon ports, and has negotiated three agreements on green corridors.",
    "zh-Hans": "主持港口贸易办公室工作，此前在两岸从事航运与物流工作十二年。"
    "现任零碳港口工作组主席，曾参与谈判三项绿色走廊协议。",
}


def book(days: int, sessions: int, items: int, speakers: int, *, photos: bool = False) -> ProgramValues:
    """Each session of a day has `items`, each with someone who speaks; speakers have a life, and a photo if asked."""
    chance = random.Random(29)
    cast = sample.people(speakers)
    if photos:
        cast = [replace(one, biography=LIFE, photo=Logo(n % PHOTOS, SIDE, SIDE)) for n, one in enumerate(cast)]
    morning = datetime.combine(sample.HEAD.starts_on, time(8), ZoneInfo(sample.HEAD.zone))
    dates = [morning + timedelta(days=n) for n in range(days)]
    found = tuple(
        ProgramDay(
            day.date(),
            tuple(
                _session(n, day + timedelta(minutes=600 * n // sessions), items, cast, chance) for n in range(sessions)
            ),
        )
        for day in dates
    )
    pictures = {n: _photo(n) for n in range(PHOTOS)} if photos else {}
    shown = tuple(cast) if photos else ()
    return replace(sample.program(), days=found, speakers=shown, pictures=pictures)


def _session(n: int, start: datetime, items: int, cast: list[PersonValues], chance: random.Random) -> ProgramSession:
    parts = tuple(
        ProgramItem(sample.both(chance.choice(sample.REMARKS)), 8, (Appearance("speaker", chance.choice(cast)),))
        for _ in range(items)
    )
    one = sample.session(n, start.date(), cast, chance)
    return replace(one, starts=start, ends=start + timedelta(minutes=45), people=(), items=parts)


def _photo(n: int) -> bytes:
    picture = Image.effect_noise((SIDE, SIDE), 20 + n).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def marks() -> list[Mark]:
    agenda, whole = book(3, 10, 4, 40), book(3, 80, 1, 300, photos=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        short, _pdf = spent(lambda: render.render_program(agenda, folder=folder))
        long, pdf = spent(lambda: render.render_program(whole, folder=folder))
    pages = impose.pages_in(pdf)
    return [
        mark("program of 120 items over 3 days", short, "CPU s", most=1.5),
        mark(f"book of 240 sessions and 300 speakers, {pages} pages", long / pages * 1000, "CPU ms each", most=40),
    ]


if __name__ == "__main__":
    print(table(marks()))
