"""The program book: an agenda of 120 items over three days, and a book of 240 sessions and 300 speakers with photos.

What both cost is told in seconds, and in badges as reportlab draws them in the same run: the seconds that are asked are
those of one machine, and on another one the badges say how it would be there.
"""

from __future__ import annotations

import io
import math
import random
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as clock
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PIL import Image

from bench.marks import Mark, mark, table
from bench.paper import A6, Rival, spent
from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.paper.documents import (
    Appearance,
    Logo,
    PersonValues,
    ProgramDay,
    ProgramItem,
    ProgramSession,
    ProgramValues,
)
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.production import render

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "print"))
import sample

PHOTOS, SIDE = 300, 480
TURNS = 6
PROGRAM, PAGE = 1500, 40  # ms of CPU that are asked for
BADGES, BADGE = 1000, 0.78  # and of a badge drawn by reportlab where both were last held
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
    morning = datetime.combine(sample.HEAD.starts_on, clock(8), ZoneInfo(sample.HEAD.zone))
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
    # Noise is not what faces are like: no file would be as large.
    picture = Image.effect_noise((SIDE // 8, SIDE // 8), 20 + n % 60).resize((SIDE, SIDE)).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Taken:
    """By this process and those that it began: CPU and wall seconds, and the most memory that one of them held."""

    cpu: float
    wall: float
    megabytes: float


def in_turns(*works: Callable[[], bytes]) -> tuple[list[Taken], bytes]:
    """What each took at least, and the last file: whatever else the machine does only adds to it, and it is slow for
    seconds at a time, which one of them alone would bear if they did not take turns.
    """
    least = [Taken(math.inf, math.inf, 0.0)] * len(works)
    made = b""
    for _ in range(TURNS):
        for number, work in enumerate(works):
            cpu, wall = _spent(), time.perf_counter()
            made = work()
            cpu, wall = _spent() - cpu, time.perf_counter() - wall
            most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            before = least[number]
            least[number] = Taken(min(cpu, before.cpu), min(wall, before.wall), max(most, before.megabytes))
    return least, made


def once_more(values: ProgramValues, folder: Path, turn: int) -> float:
    """CPU seconds of a book in a process that has made it, of which one session is called otherwise by now, and by
    another name in each turn: what an earlier one laid out is kept, too.
    """
    render.render_program(values, folder=folder, again=True)
    *days, last = values.days
    first, *others = last.sessions
    called = replace(first, title={**first.title, "en": f"{first.title['en']} again {turn}"})
    changed = replace(values, days=(*days, replace(last, sessions=(called, *others))))
    start = time.process_time()
    pdf = render.render_program(changed, folder=folder, again=True)
    took = time.process_time() - start
    if pdf != render.render_program(changed, folder=folder):
        raise RuntimeError("another book")
    return took


def _spent() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def drawn_by_reportlab(folder: Path) -> float:
    """CPU milliseconds of a badge."""
    people = sample.badges(BADGES, seed=17)
    return spent(Rival(BadgePrinter(sample.HEAD, A6, people, folder), people, folder).draw)[0] / BADGES * 1000


def marks() -> list[Mark]:
    agenda, whole = book(3, 10, 4, 40), book(3, 80, 1, 300, photos=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (one, two), pdf = in_turns(
            partial(render.render_program, whole, folder=folder, processes=1),
            partial(render.render_program, whole, folder=folder, processes=2),
        )
        # Last: the others are copies of this process, with what it holds.
        short = min(spent(partial(render.render_program, agenda, folder=folder))[0] for _ in range(TURNS))
        again = min(once_more(agenda, folder, turn) for turn in range(TURNS))
        badge = min(drawn_by_reportlab(folder) for _ in range(TURNS))
    pages = imposition.pages_in(pdf)
    said, page = f"book of 240 sessions and 300 speakers, {pages} pages", one.cpu / pages * 1000
    program = "program of 120 items over 3 days"
    return [
        mark(program, short, "CPU s", most=PROGRAM / 1000),
        mark(f"{program}: in badges of reportlab", short * 1000, "CPU ms", badge, most_ratio=PROGRAM / BADGE),
        mark("the same after a word of its last day was changed", again, "CPU s", short, most_ratio=0.8),
        mark(said, page, "CPU ms each", most=PAGE),
        mark(f"{said}: in badges of reportlab", page, "CPU ms each", badge, most_ratio=PAGE / BADGE),
        mark(f"{said}: by two processes", two.wall, "s", one.wall, most_ratio=0.65),
        mark(f"{said}: peak memory of a process", max(one.megabytes, two.megabytes), "MB", most=500),
    ]


if __name__ == "__main__":
    print(table(marks()))
