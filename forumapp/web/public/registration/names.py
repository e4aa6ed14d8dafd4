"""Names as people have them: a proposed spelling that one takes over or not, and the badge as it will print."""

from __future__ import annotations

import base64
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import make_response, render_template, request
from flask_babel import gettext as _

from forumapp.core.database.transactions import reading
from forumapp.core.serving.rate_limits import DRAWINGS, SUGGESTIONS, is_local, limiter
from forumapp.core.values.text import LANGUAGES, LINE, NAME
from forumapp.domain.images.queries import contents_of
from forumapp.domain.people.names.printed_names import printed
from forumapp.domain.people.rules import Name, usual_order
from forumapp.domain.printing.designs.queries import looks_of
from forumapp.domain.printing.paper.documents import BadgeValues
from forumapp.domain.printing.previews.previews import draw_badge
from forumapp.domain.printing.queries import edition_head
from forumapp.domain.printing.rules import Options, stock_for
from forumapp.web.drawing import fonts, workshop
from forumapp.web.frame import FRAMED
from forumapp.web.public.registration.forms import typed, usual_values
from forumapp.web.public.registration.registration import blueprint, offered, shown
from forumapp.web.public.registration.several_people import PLUS_ONES, befores_in, sent_form
from forumapp.web.public.registration.spelling_proposals import printable, with_spelling

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.models import RegistrationType
    from forumapp.web.public.registration.forms import Again

# A placeholder for the code, which is issued with the registration.
NO_CODE, NO_SHORT_CODE = "PREVIEW" * 3, "········"


@blueprint.post("/<slug>/register/<code>/spelling")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def spelling(slug: str, code: str) -> ResponseReturnValue:
    edition, kind = offered(slug, code)
    return spelled(kind, shown(edition, kind), PLUS_ONES, kind.plus_ones)


def spelled(kind: RegistrationType, again: Again, parts: str = "", most: int = 0) -> str:
    """The form again, with proposed or chosen spellings, or with a person added or removed, up to `most`. Nothing is
    saved.
    """
    dropped = request.form.get("drop", "")
    befores = befores_in(request.form, parts)
    sent = sent_form(kind, parts, without=[dropped or "nobody"])
    values, spellings = typed(sent.form, kind, sent.befores), {}
    if "add" in request.form and len(befores) < most:
        values |= {f"{parts}.{len(befores)}.{name}": text for name, text in usual_values().items()}
    elif not dropped:
        pressed = (prefix for prefix in ("", *sent.befores) if request.form.get(f"{prefix}spelling"))
        before = next(pressed, request.form.get("propose", ""))
        values, proposed = with_spelling(values, before)
        spellings = {} if proposed is None else {before: proposed}
    return again(values, {}, spellings=spellings)


@blueprint.post("/<slug>/register/<code>/badge")
@limiter.limit(DRAWINGS, exempt_when=is_local)
def badge(slug: str, code: str) -> ResponseReturnValue:
    return badge_page(*offered(slug, code))


def badge_page(edition: Edition, kind: RegistrationType) -> ResponseReturnValue:
    """A badge of the values typed so far, for a frame in the form."""
    values = badge_of(kind)
    drawn, codes = "", []
    if values.latin_name or values.native_name:
        head = edition_head(reading(), edition, Options())
        looks, pictures = looks_of(reading(), edition.id), partial(contents_of, reading())
        tools: Any = {"workshop": workshop(), "folder": fonts()}
        picture, findings = draw_badge(values, stock_for(Options(), head.page_size), head, looks, pictures, **tools)
        drawn, codes = base64.b64encode(picture).decode(), sorted({finding.code for finding in findings})
    messages = [WORDS[code]() for code in codes if code in WORDS]
    page = render_template("public/registration/badge.html", drawn=drawn, messages=messages, name=values.shown_name)
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = FRAMED
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


WORDS = {
    "missing-latin-name": lambda: _("The name in Latin letters is missing."),
    "missing-glyph": lambda: _("A character of the name cannot be printed yet; the organizer will see to it."),
    "name-under-floor": lambda: _("The name is long and will be printed smaller."),
    "text-under-floor": lambda: _("Title or organization are long and will be printed smaller."),
    "badge-overfull": lambda: _("Not everything has room on the badge."),
}


def badge_of(kind: RegistrationType) -> BadgeValues:
    language = "zh-Hant" if request.form.get("native_language") == "zh-Hant" else "zh-Hans"
    names = {name: line(name, NAME) for name in ("latin_family", "latin_given", "native_full")}
    order = request.form.get("name_order") or usual_order(names["native_full"])
    name = Name(names["latin_family"], names["latin_given"], order == "family-first", names["native_full"], language)
    person = printed(name, texts("title"), texts("organization"))
    return BadgeValues(
        registration_id=0,
        latin_name=person.latin_name,
        native_name=person.native_name,
        native_lang=person.native_language,
        title=dict(person.title),
        organization=dict(person.organization),
        type_code=kind.code,
        type_name=kind.name,
        type_color=kind.color,
        code=NO_CODE,
        short_code=NO_SHORT_CODE,
    )


def texts(name: str) -> dict[str, Any]:
    typed_texts = {code: line(f"{name}.{code}", LINE) for code in LANGUAGES}
    return {code: text for code, text in typed_texts.items() if text}


def line(name: str, longest: int) -> str:
    """The submitted text without unprintable characters."""
    return printable(request.form.get(name, ""), longest)
