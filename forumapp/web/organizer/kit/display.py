"""People and findings, in the words of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.agenda.queries import scheduled, session_titles
from forumapp.domain.delegations.queries import delegations_page
from forumapp.domain.delegations.seating.services import plans_page
from forumapp.domain.printing.custom_stocks import list_printers, list_stocks
from forumapp.domain.printing.designs.queries import list_designs
from forumapp.domain.printing.paper.layout import Finding as PrintFinding
from forumapp.domain.printing.paper.sheet_layout import Flip
from forumapp.domain.registration.forms.questions import Kind
from forumapp.domain.registration.lists.queries import list_types
from forumapp.schemas.choices import Badge
from forumapp.web.organizer.badges.design_fields import KINDS
from forumapp.web.organizer.kit.guard import edition, may
from forumapp.web.wording import labels
from forumapp.web.wording.language import OWN_NAMES, language
from forumapp.web.wording.words import day, in_language, listed, region, t, time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from forumapp.domain.people.queries import TitleLine
    from forumapp.domain.people.rules import Name
    from forumapp.domain.registration.forms.questions import Question
    from forumapp.schemas.choices import Paper

ALL = 200
PERSON, SESSION = "person", "session"  # kinds of parties to a finding


def full_name(name: Name) -> Markup:
    """A person's name in the reader's script, then in the other one: "Liu Chun 刘春"."""
    native = in_language(name.native_full, name.native_language)
    latin = in_language(name.latin, "en")
    pair = (native, latin) if language().startswith("zh") else (latin, native)
    # apart from its surroundings, which a name in a script from right to left would turn around
    return Markup("<bdi>{}</bdi>").format(Markup(" ").join(part for part in pair if part))


def title(line: TitleLine) -> Markup:
    """A title with its organization."""
    return Markup(" · ").join(part for part in (t(line.title), t(line.organization)) if part)


def answer_words(question: Question, value: Any) -> str:
    """Return a registrant's answer in the reader's language."""
    if question.kind is Kind.YES_NO:
        return str(_("Yes") if value else _("No"))
    if question.kind is Kind.REGION:
        return region(value)
    if question.kind is Kind.DATE:
        return day(date.fromisoformat(value))
    if question.kind in (Kind.FILE, Kind.PHOTO):
        return str(value["name"])
    if question.kind is Kind.TRAVEL:
        return _travel_words(value)
    labels_by_code = {option.code: pick(option.label, language()) for option in question.options}
    if question.kind is Kind.DIET:
        labels_by_code = {code: str(words) for code, words in labels.DIETS.items()}
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(labels_by_code.get(value, str(value)) for value in chosen)


def _travel_words(value: Mapping[str, Any]) -> str:
    """Arrival Sat 20 May 2023 09:30, MU583 · Departure …, as the clocks at the forum show it."""
    words = {"arrival": _("Arrival"), "departure": _("Departure")}
    parts = []
    for end, word in words.items():
        if end in value:
            at = datetime.fromisoformat(value[end]["at"])
            when = [f"{word} {day(at)} {time(at)}", value[end].get("flight", "")]
            parts.append(listed(part for part in when if part))
    return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Need:
    """Something for the organizer to fix: the text, the page where to fix it, whether it blocks printing or publishing,
    and links to each record that it names if there are several.
    """

    text: str
    url: str
    blocking: bool = False
    links: tuple[tuple[str, str], ...] = ()


# Where a finding is fixed: the endpoint, and the URL parameters that the finding has.
PLACES = {
    "edition": ("settings", ""),
    "place": ("settings", ""),
    "theme": ("settings", ""),
    "host": ("hosts", ""),
    "level": ("hosts", ""),
    "remark": ("hosts", ""),
    "venue": ("venues", ""),
    "address": ("venues", ""),
    "room": ("venues", ""),
    "session": ("agenda", ""),
    "cue": ("run_of_show", ""),
    "page": ("page", "code"),
    "delegation": ("delegation", "code"),
    "registration_type": ("registration_type", "code"),
    "seating": ("seating_plan", "code"),
    "letters": ("letter_form", "letter_kind"),
    "invitation": ("registration_invitation", "invitation_id"),
    "letter": ("issued_letter", "letter_id"),
}


# Of a registration type, but mended in its badge design.
OF_A_DESIGN = ("low-contrast", "qr-too-small", "qr-crowded", "design-not-for-stock")
PRINT_WORDS: dict[str, Any] = {
    "missing-glyph": _l("%(name)s: the fonts have no “%(character)s” (%(codepoint)s)."),
    "missing-latin-name": _l("%(name)s has no name in Latin letters."),
    "name-under-floor": _l("The name of %(name)s only fits smaller than %(floor)s pt."),
    "design-not-for-stock": _l("%(name)s: the badge design is of another size, so the plain one is printed."),
    "back-overfull": _l("The back of the badges holds more than there is room for."),
    "back-empty": _l("The back of the badges has nothing to tell yet: publish the agenda, or enter emergency numbers."),
    "badge-overfull": _l("The badge of %(name)s holds more than there is room for."),
    "drawing-too-long": _l(
        "This takes longer to draw than is allowed here, so not all of it was checked. Use simpler designs and smaller"
        " pictures, or print fewer at a time."
    ),
    "drawing-too-large": _l(
        "This takes more memory to draw than is allowed here, so not all of it was checked. Use simpler designs and"
        " smaller pictures, or print fewer at a time."
    ),
    "name-not-proofed": _l("No office has approved the name of %(name)s as it would be printed."),
    "low-contrast": _l(
        "%(name)s: words in %(ink)s on %(ground)s are hard to read (contrast %(ratio)s, %(least)s needed)."
    ),
    "qr-too-small": _l("%(name)s: the QR code is %(side)s mm wide. Smaller than %(least)s mm it may not be scanned."),
    "qr-crowded": _l(
        "%(name)s: %(free)s mm around the QR code have to stay light, up to the edge of the badge, too. Otherwise it"
        " may not be scanned."
    ),
    "qr-left-out": _l("%(name)s: these labels are too small for a QR code, so only the written code is printed."),
    "letter-overfull": _l("The letter to %(name)s takes more than a page, however small it is set. Shorten its text."),
    "no-seal": _l("%(name)s: these letters have neither room for a seal nor the picture of a signature."),
    "letter-altered": _l("%(serial)s to %(name)s: what is kept of it is not what was issued, so it is not printed."),
    "letter-revoked": _l("%(serial)s to %(name)s was revoked meanwhile, and is not printed."),
    "no-signatory": _l("%(name)s: nobody signs these letters. Enter who does."),
    "no-host": _l("%(name)s: the edition has no host, so the letterhead is empty."),
    "no-form-of-address": _l("%(name)s is a VIP, but their letter in %(language)s addresses them by the name alone."),
    "reply-by-passed": _l("%(name)s: these letters ask for a reply by %(day)s, which has passed."),
    "photo-too-small": _l("The photo of %(name)s has too few pixels for print. It needs %(size)s."),
}


def print_need(finding: PrintFinding) -> Need:
    """Describe a finding to fix before printing, with the person's name or its other subject."""
    kind, key = finding.about or ("", "")
    title = _session_titles().get(int(key)) if kind == SESSION and key else None
    if finding.registration_id:
        url = url_for("organizer.registration", registration_id=finding.registration_id)
    elif kind == PERSON and may("see-people", (PERSON, int(key))):
        url = url_for("organizer.person", person_id=key)
    elif finding.code in OF_A_DESIGN and (design := _design_of(str(key))):
        url = url_for("organizer.badge_design", code=design)
    elif title:
        url = url_for("organizer.session", session_id=key)
    else:
        page, named = PLACES.get(kind, ("", ""))
        parts: dict[str, Any] = {named: key} if named else {}
        url = url_for(f"organizer.{page}", **parts) if page else ""
    return Need(_words_about(finding, pick(title, language()) if title else ""), url, finding.blocking)


def _words_about(finding: PrintFinding, session: str) -> str:
    """Describe a finding with its subject; `session` is the session's current title, if it still exists."""
    kind = finding.about[0] if finding.about else ""
    name, details = finding.name, {**finding.details}
    if kind == "registration_type":
        name = str(_("Registration type “%(name)s”", name=name))
    whole_title = details.pop(SESSION, "")  # the former title, for a part of the subject
    if kind != SESSION:
        return _print_words(finding.code, name, details)
    title = session or whole_title or name
    called = str(_("Session “%(name)s”", name=title))
    if whole_title:
        return str(_("%(session)s: %(words)s", session=called, words=_print_words(finding.code, name, details)))
    if "part" in details:
        return _print_words(finding.code, title, {**details, "part": "session-title"})
    return _print_words(finding.code, called, details)


def _session_titles() -> Mapping[int, Mapping[str, str]]:
    if "session_titles" not in g:
        g.session_titles = session_titles(reading(), edition().id)
    titles: Mapping[int, Mapping[str, str]] = g.session_titles
    return titles


def _design_of(type_code: str) -> str:
    """Return the code of the design of a registration type's badges, if it has one."""
    if "designs_of_types" not in g:
        codes = {line.row.id: line.row.code for line in list_designs(reading(), edition().id)}
        kinds = list_types(reading(), edition().id)
        g.designs_of_types = {row.code: codes.get(row.badge_design_id or 0, "") for row in kinds}
    return str(g.designs_of_types.get(type_code, ""))


def by_kind(findings: Sequence[PrintFinding]) -> list[tuple[str, list[Need]]]:
    """Group findings by kind, blocking ones first; the order is otherwise kept."""
    kinds: dict[tuple[bool, str], list[Need]] = {}
    for finding in findings:
        kinds.setdefault((not finding.blocking, finding.code), []).append(print_need(finding))
    ordered = sorted(kinds.items(), key=lambda kind: kind[0][0])
    return [(str(labels.PRINT_FINDINGS.get(code, code)), needs) for (_looks, code), needs in ordered]


def kept_print_need(kept: Mapping[str, Any]) -> Need:
    """The same, of a finding as a job keeps it."""
    return print_need(PrintFinding.from_plain(kept))


def _print_words(code: str, name: str, details: Mapping[str, str]) -> str:
    if code == "text-under-floor":
        return _line_words(name, **details)
    if code == "missing-translation":
        return _missing_words(name, **details)
    words = str(PRINT_WORDS.get(code, _l("The badge of %(name)s needs a look (%(code)s).")))
    values = {part: _DETAILS[part](value) if part in _DETAILS else value for part, value in details.items()}
    sentence = words % {"code": code, **values, "name": name}
    if "boxes" not in details:
        return sentence
    return str(_("%(words)s Boxes: %(boxes)s.", words=sentence, boxes=_boxes(details["boxes"])))


# Details of a finding that have a wording.
_DETAILS: Mapping[str, Callable[[str], str]] = {
    "language": labels.language_name,
    "day": lambda value: day(date.fromisoformat(value)),
}


def _boxes(boxes: str) -> str:
    """Boxes of a design as its designer calls them."""
    pairs = (box.split(":") for box in boxes.split())
    return listed([f"{KINDS[kind]} {number}" for kind, number in pairs])


def _missing_words(name: str, part: str, language: str) -> str:
    """Describe what is missing in one language."""
    tongue = labels.language_name(language)
    if part == "title":
        return str(_("The title of %(name)s is missing in %(language)s.", name=name, language=tongue))
    if part == "organization":
        return str(_("The organization of %(name)s is missing in %(language)s.", name=name, language=tongue))
    if part == "session-title":
        return str(_("The title of “%(title)s” is missing in %(language)s.", title=name, language=tongue))
    if part == "biography":
        return str(_("The biography of %(name)s is missing in %(language)s.", name=name, language=tongue))
    return str(_("“%(title)s” is missing in %(language)s.", title=name, language=tongue))


def _line_words(name: str, part: str, floor: str) -> str:
    """Which line does not fit; of a part such as title.en."""
    kind, _dot, code = part.partition(".")
    if kind not in ("title", "organization", "event"):
        return str(_("%(name)s: a line only fits smaller than %(floor)s pt.", name=name, floor=floor))
    values = {"name": name, "language": labels.language_name(code), "floor": floor}
    if kind == "title":
        return str(_("The title of %(name)s in %(language)s only fits smaller than %(floor)s pt.", **values))
    if kind == "organization":
        return str(_("The organization of %(name)s in %(language)s only fits smaller than %(floor)s pt.", **values))
    return str(_("The edition's name in %(language)s only fits smaller than %(floor)s pt.", **values))


def print_options(options: Mapping[str, Any]) -> list[str]:
    """Describe the options of a print, as short parts of a line."""
    parts = [_called(key, str(options[key])) for key in ("type", "delegation", "plan", "session") if options.get(key)]
    if options.get("stock"):
        known = labels.STOCKS.get(options["stock"])
        parts.insert(0, str(known) if known else _called("stock", options["stock"]))
    if options.get("printer"):
        parts.append(_called("printer", options["printer"]))
    if options.get("badge"):
        parts.append(labels.label(Badge(options["badge"])))
    if options.get("boxes"):
        parts.append(str(ngettext("in %(num)s box", "in %(num)s boxes", options["boxes"])))
    parts += _placing(options)
    if options.get("letters"):
        letters = len(options["letters"])
        parts.append(str(ngettext("%(num)s letter", "%(num)s letters", letters)))
    if options.get("languages"):
        parts.append(", ".join(OWN_NAMES[code] for code in options["languages"]))
    if options.get("size"):
        parts.append(str(labels.PAGE_SIZES.get(options["size"], options["size"])))
    if options.get("since"):
        parts.append(str(_("since version %(version)s", version=options["since"])))
    if options.get("agenda"):
        parts.append(str(_("Version %(version)s", version=options["agenda"])))
    return [*parts, *(str(words) for key, words in labels.PRINT_SWITCHES.items() if options.get(key))]


def _placing(options: Mapping[str, Any]) -> Iterator[str]:
    if options.get("first_label"):
        yield str(_("from label %(number)s on", number=options["first_label"]))
    if options.get("offset_x") or options.get("offset_y"):
        moved = {name: f"{options.get(name, 0):g}" for name in ("offset_x", "offset_y")}
        yield str(_("moved by %(offset_x)s, %(offset_y)s mm", **moved))
    if options.get("flip") == Flip.SHORT:
        yield str(_("turned about the short edge"))


def _called(kind: str, code: str) -> str:
    """Return the name of a registration type or delegation of the edition, or its code if it no longer exists."""
    if "edition" not in g:
        return code
    known: dict[str, dict[str, str]] = g.setdefault("called", {})
    if kind not in known:
        db, of = reading(), edition().id
        read: dict[str, Any] = {
            "type": list_types,
            "stock": list_stocks,
            "printer": list_printers,
            "plan": lambda *of: plans_page(*of, size=ALL).items,
        }
        if kind == SESSION:
            texts = {session.code: session.title for session in scheduled(db, of)}
        else:
            rows = read[kind](db, of) if kind in read else delegations_page(db, of, size=ALL).items
            texts = {row.code: row.name for row in rows}
        known[kind] = {code_of: pick(text, language()) for code_of, text in texts.items()}
    return known[kind].get(code, code)


def print_button(paper: Paper, count: int) -> str:
    """Return the label of the button that starts a print."""
    words: str
    if paper == "badges":
        words = ngettext("Print %(num)s badge", "Print %(num)s badges", count)
    elif paper == "program":
        words = _("Print the program")
    elif paper == "speaker-agendas":
        words = ngettext("Print %(num)s agenda", "Print %(num)s agendas", count)
    elif paper != "itineraries":
        words = _("Print")
    else:
        words = ngettext("Print %(num)s booklet", "Print %(num)s booklets", count)
    return words
