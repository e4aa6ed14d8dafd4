"""Badges against reportlab drawing the same ones in the same run, one badge at the desk, and books.

reportlab is given every advantage that does not change the page: the line breaks, sizes and places that our own
fitting found, and each QR as rectangles already. Our figure has the fitting and the QR encoding in it. Both use the
same cut fonts; reportlab reads no CFF outlines, so the Han fonts are turned into quadratic ones beforehand. Once titles
and organizations come again, as at a forum; otherwise every name and every organization is written once only, which no
cache can help with.
"""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont as FontFile
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from bench.marks import Mark, mark, table
from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.paper import layout
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.pdf import fonts, qr
from forumapp.domain.printing.production import render

if TYPE_CHECKING:
    from forumapp.domain.printing.paper.documents import BadgeValues

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "print"))
import sample

A6 = STOCKS["a6"]
MM = 72 / 25.4
PX = 0.75  # points in a CSS pixel
WARM = 50
SINGLES = 200
SYLLABLES = ["ba", "ren", "lo", "mi", "tan", "ve", "sa", "gor", "li", "en", "qua", "do", "fi", "mer", "hu", "ka"]
HAN = "江海山川云林和平安康文武光明永年德华新宁春秋金玉石泉"


def crowd(count: int) -> list[BadgeValues]:
    """People whose names and organizations are all different."""
    chance = random.Random(17)
    people = []
    for values in sample.badges(count):
        family, given, firm = ("".join(chance.choices(SYLLABLES, k=k)).title() for k in (2, 3, 4))
        native = "".join(chance.choices(HAN, k=3)) if values.native_name else ""
        organization = {
            "en": f"{firm} Trading and Investment Co., Ltd.",
            "zh-Hans": "".join(chance.choices(HAN, k=4)) + "贸易投资有限公司",
        }
        latin = layout.latin_name(family, given, "family-first" if native else "given-first")
        people.append(replace(values, latin_name=latin, native_name=native, organization=organization))
    return people


def quadratic(source: Path, target: Path) -> Path:
    """A font of CFF outlines with quadratic ones in their place, a thousandth of an em off at most."""
    font = FontFile(source)
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        drawn[name] = pen.glyph()
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(font.getBestCmap())
    builder.setupGlyf(drawn)
    builder.setupHorizontalMetrics({name: font["hmtx"][name] for name in order})
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    builder.setupNameTable({"familyName": target.stem, "styleName": "Regular", "psName": target.stem})
    builder.setupOS2()
    builder.setupPost()
    builder.save(target)
    return target


@cache
def faces(characters: str, folder: Path) -> dict[tuple[bool, int], str]:
    """The fonts for reportlab, by Han or not and weight."""
    names = {}
    for han, family in ((False, fonts.SANS.latin), (True, fonts.SANS.han)):
        for weight in fonts.WEIGHTS:
            path = fonts.cut(fonts.find_face(family, weight), characters, folder)
            name = f"Bench{'Han' if han else 'Latin'}{weight}"
            path = quadratic(path, folder / f"{name}.ttf") if han else path
            pdfmetrics.registerFont(TTFont(name, str(path)))
            names[han, weight] = name
    return names


class Rival:
    """Draws with reportlab what our printer decided."""

    def __init__(self, printer: BadgePrinter, people: list[BadgeValues], folder: Path) -> None:
        characters = "".join(sorted({c for v in people for t in printer.texts(v).values() for c in t.text}))
        characters += "代表演讲嘉宾媒体工作人员编号年太平洋经贸论坛"
        self.faces = faces(characters, folder)
        self.height = A6.height * MM
        self.plans = [self._plan(printer, values) for values in people]
        self.codes = [self._rectangles(values.code) for values in people]

    def _plan(self, printer: BadgePrinter, values: BadgeValues):
        layer = printer._layer(values)  # noqa: SLF001 - the plan is not part of what is measured
        texts = {**layer.constants, **printer.texts(values)}
        drawn = []
        for block in layer.blocks:
            placed, top = block.arrange(texts)
            for item in placed.placed:
                field, language = layer.fields[item.part.name], texts[item.part.name].language
                font = self.faces[language != "en", 700 if field._style["font_weight"] > 400 else 400]  # noqa: SLF001
                color = [float(c) for c in list(field._style["color"])[:3]]  # noqa: SLF001
                for number, line in enumerate(item.fit.lines):
                    down = top * PX + item.top + item.fit.size * (field.leading * number + field.baseline)
                    width = field.laid_out(line, language, item.fit.size)[1] * PX
                    x = field.x * PX + (field.rule.width - width if field.align == "right" else 0)
                    drawn.append((font, item.fit.size, x, self.height - down, line, color))
        x, y, side = (v * PX for v in layer.code_box)
        return drawn, values.type_color, (x, self.height - y, side)

    @staticmethod
    def _rectangles(code: str) -> tuple[int, list[tuple[int, ...]]]:
        side, drawn = qr.rectangles(code)
        return side, [tuple(int(n) for n in line.split()[:4]) for line in drawn.split(b"\n")]

    def draw(self) -> bytes:
        out = io.BytesIO()
        width, height = A6.width * MM, self.height
        canvas = Canvas(out, pagesize=(width, height), pageCompression=1)
        for (lines, band, (left, top, size)), (side, rectangles) in zip(self.plans, self.codes, strict=True):
            canvas.setFillColor(sample.HEAD.accent_color)
            canvas.rect(0, height - 31 * MM, width, 31 * MM, stroke=0, fill=1)
            canvas.setFillColor(band)
            canvas.rect(0, 0, width, 17 * MM, stroke=0, fill=1)
            for font, points, x, y, line, color in lines:
                canvas.setFillColorRGB(*color)
                canvas.setFont(font, points)
                canvas.drawString(x, y, line)
            canvas.setFillGray(0)
            path = canvas.beginPath()
            unit = size / side
            for x, y, w, h in rectangles:
                path.rect(left + x * unit, top - (y + h) * unit, w * unit, h * unit)
            canvas.drawPath(path, stroke=0, fill=1)
            canvas.showPage()
        canvas.save()
        return out.getvalue()


def spent(work) -> tuple[float, bytes]:
    """CPU seconds, the better of two, and the file."""
    best, made = float("inf"), b""
    for _ in range(2):
        start = time.process_time()
        made = work()
        best = min(best, time.process_time() - start)
    return best, made


UNIQUE, REPEATED = 1.75, 1.25  # of reportlab's time at most, where every text is unique and where some come again
LARGEST = 300  # MB of memory
P50, P95 = 15, 60  # ms for one badge


def against_reportlab(people: list[BadgeValues], folder: Path, *, what: str = "badges", ratio: float) -> list[Mark]:
    printer = BadgePrinter(sample.HEAD, A6, people, folder)
    rival = Rival(BadgePrinter(sample.HEAD, A6, people, folder), people, folder)
    printer.pages(people[:WARM])

    def fresh() -> bytes:
        # A printer that has seen none of these texts, with its template laid out: nothing is remembered.
        one = BadgePrinter(sample.HEAD, A6, people, folder)
        one.pages(sample.badges(WARM))
        start = time.process_time()
        pdf = one.pages(people)
        taken.append(time.process_time() - start)
        return pdf

    taken: list[float] = []
    _, ours = spent(fresh)
    theirs_cpu, theirs = spent(rival.draw)
    count = len(people)
    each, floor = (one / count * 1000 for one in (min(taken), theirs_cpu))
    return [
        mark(f"{count} {what} with QR encoding", each, "CPU ms each", floor, most_ratio=ratio),
        mark(f"{count} {what}: file", len(ours) / 1024, "KB", len(theirs) / 1024, most_ratio=1.0),
    ]


def in_memory(count: int) -> Mark:
    return mark(f"{count} badges: peak memory", peak("ours", count), "MB", peak("theirs", count), most=LARGEST)


def peak(which: str, count: int) -> float:
    """The most memory a process of its own takes for it."""
    command = [sys.executable, "-m", "bench.paper", which, str(count)]
    return float(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def child(which: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        people = crowd(count)
        printer = BadgePrinter(sample.HEAD, A6, people, Path(folder))
        if which == "ours":
            printer.pages(people)
        else:
            Rival(printer, people, Path(folder)).draw()
        # Not getrusage: its figure starts from that of the process which started this one.
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        print(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024)


def one_by_one(folder: Path) -> list[Mark]:
    people = crowd(SINGLES + WARM)
    printer = BadgePrinter(sample.HEAD, A6, people, folder)
    for values in people[:WARM]:
        printer.pages([values])
    walls = []
    for values in people[WARM:]:
        start = time.perf_counter()
        printer.pages([values])
        walls.append((time.perf_counter() - start) * 1000)
    walls.sort()
    return [
        mark("one badge in a warm process, p50", median(walls), "ms", most=P50),
        mark("one badge in a warm process, p95", walls[int(len(walls) * 0.95)], "ms", most=P95),
    ]


def books(folder: Path) -> list[Mark]:
    found = []
    for name, work in (
        ("program, 10 sessions and 18 speakers", lambda: render.render_program(sample.program(), folder=folder)),
        (
            "program, 60 sessions and 120 speakers",
            lambda: render.render_program(sample.program(3, 20, 120), folder=folder),
        ),
        ("itinerary of 132 members", lambda: render.render_itineraries([sample.itinerary(132)], folder=folder)),
    ):
        found.append(mark(name, spent(work)[0], "CPU s"))
    return found


def marks() -> list[Mark]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        again = sample.badges(1000, seed=17)
        return [
            *against_reportlab(again, folder, what="badges of few organizations", ratio=REPEATED),
            *(one for count in (1000, 5000) for one in against_reportlab(crowd(count), folder, ratio=UNIQUE)),
            *map(in_memory, (1000, 5000)),
            *one_by_one(folder),
            *books(folder),
        ]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(sys.argv[1], int(sys.argv[2]))
    else:
        print(table(marks()))
