"""How paper sets texts: fitting words into a width, names in print form, colors, findings. Pure.

Widths come from outside as a function of the text at its nominal size; width grows linearly with size, so one
measurement is enough. Sizes are points throughout.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.severities import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

STEP = 16  # sizes are multiples of 1/16 pt, so that few distinct ones occur
# W3C clreq: no line starts with these, none ends with those.
_NOT_FIRST = "、。，．：；！？）〕】》〉」』’”…—·・％"
_NOT_LAST = "（〔【《〈「『‘“"
_HAN = "\u2e80-\u2fdf\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U000323af"
# Opening brackets go with whatever follows them, so that none is left at the end of a line.
_PIECES = re.compile(
    rf"[{_NOT_LAST}]*(?:(?![{_NOT_LAST}\s])[{_HAN}]|[^\s{_HAN}{_NOT_LAST}]+)[{_NOT_FIRST}]* *|[{_NOT_LAST}]+ *|\s+"
)
_HYPHENS = re.compile(r".+?-(?=[^\W\d_]{2})|.+")
_LATIN_RUN = re.compile(rf"([^{_HAN}]+)")
_HAN_RUN = re.compile(rf"([{_HAN}](?:[{_HAN}·•・]*[{_HAN}])?)")
# What a crowded stack tries in turn: shares of the nominal sizes for names and for other texts, least loss first.
_SHARES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64)
CAPS = tuple(sorted(((name, text) for name in _SHARES for text in _SHARES), key=lambda cap: -cap[0] - 1.1 * cap[1]))
# Shares of the floors, so that nothing is cut or overlaps; what comes to this is a finding.
LAST_RESORT = tuple(share / 100 for share in range(96, 16, -4))


About = tuple[str, int | str]
READABLE = 2  # pt, below which nobody can read a line: it is as if it were not there
OF_ONE = ("invitation", "letter", "person", "session")  # what a finding may be about by its id


def called(names: Iterable[str]) -> str:
    """Several that a finding concerns, as one reads them: a session before what is part of it."""
    return " — ".join(names)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend before printing, with the person it concerns, or with `about` what it is to be mended in: its
    kind and id, or its code, if they are known; words are chosen at the edge.

    Codes: missing-glyph, name-under-floor, text-under-floor, badge-overfull, missing-translation,
    missing-latin-name, name-not-proofed, low-contrast, qr-too-small, qr-crowded, qr-left-out, photo-too-small,
    drawing-too-long, drawing-too-large; of letters no-signatory, no-seal, no-host, letter-overfull, letter-altered,
    letter-revoked, no-form-of-address, reply-by-passed.
    `details` are plain values by name; of what is part of a session, such as an item, its title is among them.
    """

    code: str
    blocking: bool
    registration_id: int | None
    name: str
    details: Mapping[str, str] = field(default_factory=dict)
    about: About | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[object, ...]:
        """The same for what is told once."""
        return self.code, self.registration_id, self.name, self.about, *sorted(self.details.items())

    @property
    def plain(self) -> dict[str, Any]:
        """As a job keeps it."""
        return asdict(self) | {"details": dict(self.details)}

    @property
    def subject(self) -> str:
        """Whom or what it concerns, as people read it: a part of a session after the session."""
        return called([self.details["session"], self.name] if "session" in self.details else [self.name])

    @property
    def parties(self) -> tuple[tuple[str, int], ...]:
        """Whom it concerns, as far as that is known by ids."""
        if self.about and self.about[1] and self.about[0] in OF_ONE:
            return ((self.about[0], int(self.about[1])),)
        return () if self.registration_id is None else (("registration", self.registration_id),)

    @property
    def told(self) -> dict[str, Any]:
        """As programs are told it: in the shape of every finding of an edition, with what a job keeps beside that."""
        parties = [{"kind": kind, "id": one} for kind, one in self.parties]
        severity = Severity.BLOCK if self.blocking else Severity.WARN
        return {**self.plain, "severity": severity, "subject": self.subject, "parties": parties}

    @classmethod
    def from_plain(cls, kept: Mapping[str, Any]) -> Finding:
        """Of what a job keeps, or of what is told."""
        about = kept.get("about")  # which is not known of older prints
        said = {one.name: kept[one.name] for one in fields(cls) if one.name in kept}
        return cls(**{**said, "about": tuple(about) if about else None})


@dataclass(frozen=True, slots=True)
class Rule:
    """How a text may be set: `nominal` size, smallest size `floor`, at most `lines` lines of `width`."""

    nominal: float
    floor: float
    lines: int
    width: float


@dataclass(frozen=True, slots=True)
class Fit:
    """The lines of a text and their common size. Not `fits`: wider than the field even at the floor."""

    size: float
    lines: tuple[str, ...]
    fits: bool


def pieces_of(text: str) -> list[str]:
    """`text` cut where a line may break, nothing lost: after spaces, and between Han characters."""
    return _PIECES.findall(text)


def step_down(size: float) -> float:
    """The nearest multiple of 1/16 pt that is not above `size`."""
    return int(size * STEP + 1e-6) / STEP


def fit(text: str, rule: Rule, width_of: Callable[[str], float]) -> Fit:
    """Set `text`: one line at the nominal size; more lines where allowed; smaller, and below the floor not `fits`.

    `width_of` gives the width of a line at the nominal size. A text that must shrink uses all its lines, since that
    leaves it largest. Below the floor it is still set whole: the finding asks for a hand, the paper is not wrong.
    """
    whole = width_of(text)
    if whole <= rule.width:
        return Fit(rule.nominal, (text,), fits=True)
    best: tuple[str, ...] = (text,)
    widest = whole
    pieces = _breakable(text, rule, width_of) if rule.lines > 1 else []
    widths = [width_of(piece) for piece in pieces]
    for count in range(2, min(rule.lines, len(pieces)) + 1):
        best = _split(pieces, widths, count)
        widest = max(width_of(line) for line in best)
        if widest <= rule.width:
            return Fit(rule.nominal, best, fits=True)
    size = step_down(rule.nominal * rule.width / widest)
    return Fit(size, best, fits=size >= rule.floor)


def _breakable(text: str, rule: Rule, width_of: Callable[[str], float]) -> list[str]:
    """The pieces of `text`; one that is wider than a line even at the floor breaks after its hyphens too."""
    widest = rule.width * rule.nominal / rule.floor
    return [
        part
        for piece in pieces_of(text)
        for part in (_HYPHENS.findall(piece) if width_of(piece.rstrip()) > widest else [piece])
    ]


def _split(pieces: Sequence[str], widths: Sequence[float], count: int) -> tuple[str, ...]:
    """At most `count` lines, the widest of them as narrow as can be."""
    low, high = max(widths), sum(widths)
    for _ in range(12):
        middle = (low + high) / 2
        if len(_greedy(widths, middle)) <= count:
            high = middle
        else:
            low = middle
    ends = _greedy(widths, high)
    starts = [0, *ends[:-1]]
    return tuple("".join(pieces[a:b]).rstrip() for a, b in zip(starts, ends, strict=True))


def _greedy(widths: Sequence[float], width: float) -> list[int]:
    """Where each line ends (exclusive index) when lines are filled in turn up to `width`."""
    ends, used = [], 0.0
    for index, piece in enumerate(widths):
        if used and used + piece > width:
            ends.append(index)
            used = 0.0
        used += piece
    return [*ends, len(widths)]


@dataclass(frozen=True, slots=True)
class Part:
    """A text in a stack of texts. `gap` is the space above it unless it comes first; `fit_at` sets it at a size."""

    name: str
    is_name: bool
    nominal: float
    floor: float
    leading: float
    gap: float
    fit_at: Callable[[float], Fit]


@dataclass(frozen=True, slots=True)
class Placed:
    """A part as set: `top` is the distance from the top of the stack, in points."""

    part: Part
    fit: Fit
    top: float

    @property
    def bottom(self) -> float:
        return self.top + self.fit.size * self.part.leading * len(self.fit.lines)

    @property
    def is_unreadable(self) -> bool:
        """Whether it is as if it were not there. A name is read from some steps away."""
        return self.fit.size < (max(READABLE, self.part.floor / 4) if self.part.is_name else READABLE)


@dataclass(frozen=True, slots=True)
class Stack:
    """Parts above one another. Not `fits`: higher than the space even with every part at its floor."""

    placed: tuple[Placed, ...]
    fits: bool

    @property
    def height(self) -> float:
        return self.placed[-1].bottom if self.placed else 0.0


def stack(parts: Sequence[Part], height: float) -> Stack:
    """Set `parts` above one another within `height`.

    Too high, they shrink as little as will do, each down to its own floor; names keep their proportions among
    themselves, and so do the other texts.
    """
    placed: tuple[Placed, ...] = ()
    for name_share, text_share in CAPS:
        shares = [name_share if part.is_name else text_share for part in parts]
        sizes = [max(step_down(part.nominal * share), part.floor) for part, share in zip(parts, shares, strict=True)]
        placed = _stacked(parts, sizes, text_share)
        if _height(placed) <= height:
            return Stack(placed, fits=True)
    placed = _stacked(parts, [part.floor for part in parts], _SHARES[-1])
    if _height(placed) <= height:
        return Stack(placed, fits=True)
    for share in LAST_RESORT:
        placed = _stacked(parts, [step_down(part.floor * share) for part in parts], share)
        if _height(placed) <= height:
            break
    return Stack(placed, fits=False)


def _height(placed: Sequence[Placed]) -> float:
    return placed[-1].bottom - 0.01 if placed else 0.0  # the last digit of a sum of floats decides nothing


def _stacked(parts: Sequence[Part], sizes: Sequence[float], gaps: float) -> tuple[Placed, ...]:
    placed: list[Placed] = []
    top = 0.0
    for part, size in zip(parts, sizes, strict=True):
        top += part.gap * gaps if placed else 0.0
        placed.append(Placed(part, part.fit_at(size), top))
        top = placed[-1].bottom
    return tuple(placed)


def latin_name(family: str, given: str, order: str) -> str:
    """A Latin name as paper shows it; what is stored stays as it is.

    Written family name first it could be taken for the other order, so the family name stands in capitals:
    "LIU Chun". Given name first it stands as written: "Eleni Kounalakis".
    """
    parts = (family.upper(), given) if order == "family-first" else (given, family)
    return " ".join(part for part in parts if part)


def latin_runs(text: str) -> list[tuple[str, bool]]:
    """`text` in runs, True for those of Latin words or numbers: between them and Han stands a quarter em.

    A hyphen alone between Han characters stands close to both.
    """
    return [
        (run, _LATIN_RUN.fullmatch(run) is not None and any(map(str.isalnum, run)))
        for run in _LATIN_RUN.split(text)
        if run
    ]


def han_runs(text: str) -> list[tuple[str, bool]]:
    """`text` in runs, True for those of Han characters with their marks, such as the dot within a name."""
    return [
        (run, _HAN_RUN.fullmatch(run) is not None and any(map(str.isalnum, run))) for run in _HAN_RUN.split(text) if run
    ]


def fill(color: str, fallback: str = "#1f4e79") -> str:
    """`color` when it is "#rrggbb" and nothing else, so that no other words can enter a style sheet."""
    return color if re.fullmatch(r"#[0-9a-fA-F]{6}", color) else fallback
