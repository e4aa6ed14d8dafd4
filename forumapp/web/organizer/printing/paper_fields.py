"""The form fields of each paper, and their choices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.queries import scheduled, version_numbers
from forumapp.domain.delegations.queries import delegations_page, get_delegation, list_members
from forumapp.domain.delegations.seating.services import plans_page
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.paper.handout_boxes import MOST_BOXES
from forumapp.domain.printing.rules import CARD_PAPERS, FORMAL, takes
from forumapp.domain.printing.selection import count_badges
from forumapp.domain.registration.lists.queries import list_types
from forumapp.schemas.choices import Paper
from forumapp.web.forms.fields import Flag, LanguageOrder, Number, Pick, PickCode
from forumapp.web.organizer.kit.guard import access, edition, within
from forumapp.web.organizer.printing import sheet_layout_fields
from forumapp.web.organizer.printing.single_piece_fields import OneByCode, OneBySerial
from forumapp.web.wording import labels
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.printing.selection import BadgeCounts
    from forumapp.web.forms.fields import Field

ALL = 200
DELEGATION = "delegation"


def agendas() -> list[tuple[str, str]]:
    numbers = version_numbers(reading(), edition().id)
    return [(str(number), str(_("Version %(version)s", version=number))) for number in numbers]


def counts() -> BadgeCounts:
    """Of the badges that the caller may print, counted once for a request."""
    if "badge_counts" not in g:
        g.badge_counts = count_badges(reading(), edition().id, within=within(Permission.PRINT))
    current: BadgeCounts = g.badge_counts
    return current


def types() -> list[tuple[str, str]]:
    type_counts = counts().types
    rows = list_types(reading(), edition().id)
    return [(row.code, counted(pick(row.name, language()), type_counts.get(row.code, 0))) for row in rows]


def delegations() -> list[tuple[str, str]]:
    delegation_counts = counts().delegations
    return [(code, counted(name, delegation_counts.get(code, 0))) for code, name in offered(within(Permission.PRINT))]


def badges() -> list[tuple[str, str]]:
    return [(word.value, counted(labels.label(word), number)) for word, number in counts().badges.items()]


def counted(words: str, number: int) -> str:
    return str(_("%(words)s (%(number)s)", words=words, number=number))


def with_itineraries() -> list[tuple[str, str]]:
    return offered(services.paper_within(access(), Paper.ITINERARIES))


def with_speakers() -> list[tuple[str, str]]:
    return offered(services.paper_within(access(), Paper.SPEAKER_AGENDAS))


def offered(reach: frozenset[int] | None) -> list[tuple[str, str]]:
    page = delegations_page(reading(), edition().id, within=reach, size=ALL)
    return [(row.code, pick(row.name, language())) for row in page.items]


def members() -> list[tuple[str, str]]:
    """Of the delegation that is asked for."""
    reach = services.paper_within(access(), Paper.ERRATA)
    row = get_delegation(reading(), edition().id, request.values.get(DELEGATION, ""), within=reach)
    return [(str(member.registration_id), member.name.shown(language())) for member in list_members(reading(), row)]


def plans() -> list[tuple[str, str]]:
    """Of seats, for those who see them."""
    if access().within(Permission.SEE_PRECEDENCE) is not None:
        return []
    page = plans_page(reading(), edition().id, size=ALL)
    return [(row.code, pick(row.name, language())) for row in page.items]


def sessions() -> list[tuple[str, str]]:
    """List sessions in order of time, as in the current agenda."""
    return [
        (session.code, f"{pick(session.title, language())} ({session.code})")
        for session in scheduled(reading(), edition().id)
    ]


LANGUAGES = LanguageOrder(name="languages", label=_l("Languages"), empty=_l("Default"))
IMPOSED = Flag(
    name="imposed", label=_l("As a booklet for the office copier"), help=_l("Pages two by two, to be folded.")
)
SIZE = PickCode(
    name="size",
    label=_l("Page size"),
    offer=lambda: list(labels.PAGE_SIZES.items()),
    empty=_l("Half the edition's paper"),
)
LARGE = Flag(name="large", label=_l("Large print"), help=_l("18 points, on whole sheets."))
BLEED = Flag(
    name="bleed", label=_l("With 3 mm of bleed for a print shop"), help=_l("Single pages in order, a multiple of four.")
)
MARKS = Flag(name="marks", label=_l("With crop marks"), help=_l("Ask the print shop: some want none."))
CHANGED = Flag(name="changed", label=_l("Only what has changed since the last print"))
AGENDA = Pick(name="agenda", label=_l("Published agenda"), offer=agendas, empty=_l("The last one"))
SINCE = Pick(name="since", label=_l("As it was printed"), offer=agendas, empty=_l("The one before"))
CARD_FIELDS = (
    PickCode(
        name="plan", label=_l("Seating plan"), offer=plans, empty=_l("None: registrations"),
        help=_l("Everyone who sits there, in the order of the seats."),
    ),
    PickCode(name="type", label=_l("Registration type"), offer=types, empty=_l("Every type")),
    PickCode(name=DELEGATION, label=_l("Delegation"), offer=delegations, empty=_l("Everyone confirmed")),
    OneByCode(name="registration", label=_l("One person"), help=_l("The code on the badge or the ticket.")),
    Flag(name="speaking", label=_l("Only those with a part in the published agenda")),
    CHANGED,
    Flag(name="untitled", label=_l("Names alone, without titles")),
    LANGUAGES,
)  # fmt: skip
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "badges": (
        sheet_layout_fields.STOCK,
        PickCode(name="type", label=_l("Registration type"), offer=types, empty=_l("Every type")),
        PickCode(name=DELEGATION, label=_l("Delegation"), offer=delegations, empty=_l("Everyone confirmed")),
        PickCode(name="badge", label=_l("Printed so far"), offer=badges, empty=_l("All")),
        OneByCode(name="registration", label=_l("One person"), help=_l("The code on the badge or the ticket.")),
        Number(
            name="boxes",
            label=_l("Boxes for handing out"),
            help=_l("A list for each box comes first. Badges come by delegation, then by family name as it is read."),
            least=1,
            most=MOST_BOXES,
        ),
        *sheet_layout_fields.PLACING,
    ),
    "program": (AGENDA, LANGUAGES, SIZE, LARGE, IMPOSED, BLEED, MARKS),
    "pocket-agenda": (AGENDA, LANGUAGES),
    "program-erratum": (AGENDA, SINCE, LANGUAGES),
    **dict.fromkeys(CARD_PAPERS, CARD_FIELDS),
    "sign-in-sheets": (
        PickCode(
            name="session",
            label=_l("Session"),
            offer=sessions,
            empty=_l("The whole edition"),
            help=_l("Where places are limited, who signed up; otherwise everyone confirmed."),
        ),
        *CARD_FIELDS[1:3],
        LANGUAGES,
    ),
    "fallback-pack": (LANGUAGES,),
    **{
        paper: (
            *CARD_FIELDS[1:4],
            OneBySerial(name="letters", label=_l("One letter"), help=_l("Its serial."), of=Paper(paper)),
        )
        for paper in FORMAL
    },
    "itineraries": (
        PickCode(name=DELEGATION, label=_l("Delegation"), offer=with_itineraries, empty=_l("Every delegation")),
        LANGUAGES,
        IMPOSED,
    ),
    "speaker-agendas": (
        PickCode(name=DELEGATION, label=_l("Delegation"), offer=with_speakers, empty=_l("All speakers")),
        LANGUAGES,
        IMPOSED,
    ),
}


def fields_of(word: str) -> tuple[Field, ...]:
    """Return a paper's fields. Callers limited to delegations must choose one, as every working paper does."""
    if is_working(word):
        reach = services.paper_within(access(), Paper(word))
        delegation = PickCode(name=DELEGATION, label=_l("Delegation"), offer=lambda: offered(reach), required=True)
        if word == Paper.ERRATA:
            return delegation, Pick(name="registration", label=_l("Person"), offer=members), LANGUAGES
        return (delegation, CHANGED, LANGUAGES) if takes(word, CHANGED.name) else (delegation, LANGUAGES)
    if services.paper_within(access(), Paper(word)) is None:
        return FIELDS[word]
    return tuple(
        replace(field, empty=None, required=True) if isinstance(field, PickCode) and field.name == DELEGATION else field
        for field in FIELDS[word]
    )


def is_working(word: str) -> bool:
    return word not in FIELDS
