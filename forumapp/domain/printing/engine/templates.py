"""The templates of paper, in an environment of their own: no application, plain values only."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from forumapp.core.paths import ROOT
from forumapp.core.values.colors import WHITE, ink_on, readable
from forumapp.core.values.text import language_of, pick
from forumapp.core.values.times import offset_mark
from forumapp.domain.agenda.days import later
from forumapp.domain.people.rules import office_line, says_organization
from forumapp.domain.printing.paper import layout
from forumapp.domain.printing.wording import dates, languages, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.printing.paper.documents import EditionHead

FOLDER = ROOT / "templates" / "print"
PHONE = re.compile(r"\+\d[\d ()-]{5,}\d")
DAY = re.compile(r'<span class="latin[^"]*">\d{1,4}</span>[年月日]')
ENGLISH_DAY = re.compile(rf"\b\d{{1,2}}(?:–\d{{1,2}})? (?:{'|'.join(dates.MONTHS)}) \d{{4}}\b")
# What ends a title: a few Han characters, or two short words.
HAN_END = re.compile(r"[\u3400-\u9fff]{3}[^\w\s<>&;]?$")
LATIN_END = re.compile(r"(?<=\s)(?=.{3,16}$)[^\s<>&;]+ [^\s<>&;]+$")
LATIN = '<span class="latin'  # as `spaced` begins one
BRIEF = 12  # characters, which are shorter than any line
ONE_LINE = (18, 8)  # characters of a title, Latin and Chinese, that any column of a book has room for
# Characters of a word that any column of a long list has room for, where one that is not known to be narrow takes the
# room of one and a half.
SHORT = 14
WIDE = re.compile(r"[^\u3000-\u9fffa-ln-vx-z0-9.,:;'’()/-]")


def spaced(text: str, language: str) -> Markup:
    """Chinese `text` with a quarter em between Han and Latin, by width and not by a character that would be copied;
    none beside a mark, which has its own, nor where somebody has typed a space.

    What is short of Latin says so (`brief`): style keeps it whole, since WeasyPrint, which may break what is too long
    for a line, breaks a number at the end of one, too.
    """
    if not dates.is_chinese(language):
        return Markup("{}").format(text)
    runs = layout.latin_runs(text)
    if len(runs) == 1:
        return Markup("{}").format(text)
    spans, texts = [], ["", *(run for run, _ in runs), ""]
    for before, (run, latin), behind in zip(texts, runs, texts[2:], strict=False):
        brief = " brief" if len(run) <= BRIEF else ""
        after = " after" if before[-1:].isalnum() and not run[:1].isspace() else ""
        kept = brief + after + (" before" if behind[:1].isalnum() and not run[-1:].isspace() else "")
        spans.append(Markup('<span class="latin{}">{}</span>').format(kept, run) if latin else escape(run))
    return Markup("").join(spans)


def in_scripts(text: str, language: str) -> Markup:
    """A sentence in a column, `spaced`, with what stands in Chinese within another language marked as Chinese, so that
    it is set and read as such: names above all.
    """
    if dates.is_chinese(language):
        return spaced(text, language)
    chinese = Markup('<span lang="zh-Hans">{}</span>')
    return Markup("").join(chinese.format(run) if han else escape(run) for run, han in layout.han_runs(text))


def said_as(text: str) -> str:
    """The class of a text in a long list. Short words stay whole by style alone; with a longer one among them, a text
    behind another takes a box of its own, which takes twice as long to lay out.
    """
    widths = (len(one) + len(WIDE.findall(one)) / 2 for one in text.split())
    return "said brief" if max(widths, default=0) <= SHORT else "said"


def unbroken(text: str) -> Markup:
    """`text` with each phone number in it on one line, as it is read from the paper when one calls, and each number of
    a Chinese date with what it counts, where `spaced` parted them, and each English date.
    """
    marked = PHONE.sub(r'<span class="unbroken phone">\g<0></span>', str(escape(text)))
    for days in (DAY, ENGLISH_DAY):
        marked = days.sub(r'<span class="unbroken">\g<0></span>', marked)
    return Markup(marked)  # noqa: S704 (escaped above, and a number has no marks of its own)


def ended(text: Markup) -> Markup:
    """A title, as `spaced` has it, whose last line is never a single character or a short word: its end stays whole."""
    kept = r'<span class="unbroken">\g<0></span>'
    return Markup(LATIN_END.sub(kept, HAN_END.sub(kept, str(text))))  # noqa: S704 (escaped by `spaced`)


def in_column(text: str, language: str) -> Markup:
    """A title in a column of a book, `spaced` and `ended`. A box takes time to lay out, and none is made of what stands
    on one line in any of them.
    """
    spaced_text = spaced(text, language)
    return ended(spaced_text) if len(text) > ONE_LINE[dates.is_chinese(language)] else spaced_text


@functools.cache
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "spaced": spaced,
        "unbroken": unbroken,
        "ended": ended,
        "in_column": in_column,
        "in_scripts": in_scripts,
    }
    env.globals.update(
        pick=pick,
        language_of=language_of,
        office_line=office_line,
        says_organization=says_organization,
        word=words.word,
        words=words,
        zone_name=words.zone_name,
        dates=dates,
        is_chinese=dates.is_chinese,
        names_in=languages.names_in,
        said_as=said_as,
        later=later,
        offset_mark=offset_mark,
    )
    return env


def compile_all() -> None:
    """So that whatever is drawn from now on, in this process and those forked from it, waits for no template."""
    for name in environment().list_templates(extensions=["html"]):
        environment().get_template(name)


def page(name: str, **values: Any) -> str:
    return environment().get_template(name).render(**values)


def style(*names: str, colors: Mapping[str, str], lengths: Mapping[str, str] | None = None) -> str:
    """The style sheets `names` after the colors and lengths they refer to."""
    values = {name: layout.fill(color) for name, color in colors.items()} | dict(lengths or {})
    variables = "".join(f"--{name}:{value};" for name, value in values.items())
    return f":root{{{variables}}}\n" + "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


def accents(head: EditionHead) -> dict[str, str]:
    """The edition's color, what is written on it, and what is written in it on white."""
    return accents_of(head.accent_color)


def accents_of(color: str) -> dict[str, str]:
    accent = layout.fill(color)
    return {
        "accent": accent,
        "on-accent": ink_on(accent),
        "accent-text": readable(accent, WHITE),
    }
