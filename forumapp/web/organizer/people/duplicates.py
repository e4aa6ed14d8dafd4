"""Likely duplicates, and merging two records."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.numbers import id_from, whole_number
from forumapp.core.values.text import pick
from forumapp.domain.accounts.access import Archived
from forumapp.domain.accounts.permissions import Permission, roles_with_all
from forumapp.domain.delegations.members.merging import merge_people as merge_registered
from forumapp.domain.delegations.members.merging import registered_twice, still_barred
from forumapp.domain.forums.queries import list_editions
from forumapp.domain.log.standing import seen_of
from forumapp.domain.people.duplicates import merging
from forumapp.domain.people.duplicates.permissions import RowsElsewhere
from forumapp.domain.people.duplicates.queries import doubles_page
from forumapp.domain.people.queries import list_organizations
from forumapp.domain.people.records.services import name_of
from forumapp.schemas.choices import Kept
from forumapp.web.forms.fields import Texts
from forumapp.web.frame import Offer, tell
from forumapp.web.organizer.history.log_words import field_words, record_words
from forumapp.web.organizer.kit.display import full_name
from forumapp.web.organizer.kit.guard import blueprint, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import compared
from forumapp.web.wording import labels
from forumapp.web.wording.language import OWN_NAMES, language
from forumapp.web.wording.words import listed, region, t

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.members.merging import Twice
    from forumapp.domain.people.duplicates.merging import Plan
    from forumapp.domain.people.duplicates.permissions import Missing
    from forumapp.domain.people.duplicates.references import Move
    from forumapp.web.organizer.history.log import Entry

SECTION = "people"
PAGE_OF = {Kept.PERSON: "organizer.person", Kept.ORGANIZATION: "organizer.organization"}
LIST_OF = {Kept.PERSON: "organizer.people_doubles", Kept.ORGANIZATION: "organizer.organization_doubles"}
MERGE_OF = {Kept.PERSON: "organizer.merge_people", Kept.ORGANIZATION: "organizer.merge_organizations"}
APART_OF = {Kept.PERSON: "organizer.people_apart", Kept.ORGANIZATION: "organizer.organizations_apart"}
CANCELS = "cancels."
PARTS: dict[str, Any] = {"native_name": _l("Name in its own script"), "latin_name": _l("Name in Latin letters")}


@dataclass(frozen=True, slots=True)
class Side:
    """A part of both records with both values. Pictures also differ if their descriptions are equal."""

    part: str
    label: str
    kept: str
    gone: str
    differ: bool

    @property
    def taken(self) -> str:
        """Return the chosen value; of a refused form, as it was sent."""
        return "gone" if request.form.get(f"take.{self.part}") == "gone" else "kept"

    @property
    def is_choice(self) -> bool:
        return bool(self.kept and self.gone and self.differ)


@dataclass(frozen=True, slots=True)
class Registered:
    """Both registrations in one edition; one is chosen to stay."""

    twice: Twice
    edition_name: str

    @property
    def name(self) -> str:
        return f"{CANCELS}{self.twice.edition_id}"

    @property
    def sides(self) -> list[tuple[Any, str, bool]]:
        """Return each registration, what is canceled if the other stays, and whether it stays by default."""
        kept, gone = self.twice.both
        goes = id_from(request.form.get(self.name, "").partition(".")[0])
        stays = {kept.id: gone, gone.id: kept}.get(goes or 0, self.twice.stays)
        return [
            (registration, f"{other.id}.{other.version}", registration is stays)
            for registration, other in ((kept, gone), (gone, kept))
        ]


@blueprint.get("/<edition>/people/doubles")
@needs(Permission.SEE_ANSWERS, everywhere=True)
def people_doubles() -> str:
    return doubles_list(Kept.PERSON)


@blueprint.get("/<edition>/organizations/doubles")
@needs(Permission.EDIT_PEOPLE, everywhere=True)
def organization_doubles() -> str:
    return doubles_list(Kept.ORGANIZATION)


def doubles_list(kind: Kept) -> str:
    page = doubles_page(reading(), kind, actor=actor(), number=max(request.args.get("page", 1, whole_number), 1))
    return render_template(
        "organizer/doubles/list.html", section=SECTION, page=page, kind=kind, called=called, at=addresses(kind)
    )


def addresses(kind: Kept) -> dict[str, str]:
    return {"one": PAGE_OF[kind], "list": LIST_OF[kind], "merge": MERGE_OF[kind], "apart": APART_OF[kind]}


def called(row: Any) -> Markup:
    """A record's name, of either kind."""
    return full_name(name_of(row)) if row.__tablename__ == Kept.PERSON else t(row.short or row.legal)


@blueprint.route("/<edition>/people/<id:kept_id>/merge/<id:gone_id>", methods=["GET", "POST"])
@needs(Permission.SEE_ANSWERS, everywhere=True)
def merge_people(kept_id: int, gone_id: int) -> ResponseReturnValue:
    return merge_page(Kept.PERSON, kept_id, gone_id)


@blueprint.route("/<edition>/organizations/<id:kept_id>/merge/<id:gone_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_PEOPLE, everywhere=True)
def merge_organizations(kept_id: int, gone_id: int) -> ResponseReturnValue:
    return merge_page(Kept.ORGANIZATION, kept_id, gone_id)


def merge_page(kind: Kept, kept_id: int, gone_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        return both_records(kind, kept_id, gone_id)
    try:
        with transaction() as db:
            kept = merged(db, kind, kept_id, gone_id)
    except Stale as refusal:
        return both_records(
            kind, kept_id, gone_id, fault=_("Someone else changed one of them in the meantime. Look at both again.")
        ), refusal.status
    except (merging.BothThere, Archived, RowsElsewhere) as refusal:
        return both_records(kind, kept_id, gone_id), refusal.status
    except Invalid:
        return both_records(
            kind,
            kept_id,
            gone_id,
            fault=_("The one would become a part of itself. Change what they are parts of first."),
        ), 422
    flash(_("The two records are one now. All that referred to either refers to it."), "ok")
    return redirect(url_for(PAGE_OF[kind], **{f"{kind}_id": kept.id}))


def merged(db: DbSession, kind: Kept, kept_id: int, gone_id: int) -> Any:
    """Merge as the form says. For two registrations it names the one that stays and the versions of both."""
    parts = [part for part in merging.PARTS[kind] if request.form.get(f"take.{part}") == "gone"]
    values: dict[str, Any] = {name: request.form.get(name, -1, whole_number) for name in ("version", "gone_version")}
    values |= {"take": parts, "actor": actor(), "now": clock.now()}
    if kind is Kept.ORGANIZATION:
        return merging.merge(db, kind, kept_id, gone_id, **values)
    sent = [value.partition(".") for name, value in request.form.items() if name.startswith(CANCELS)]
    cancels = {row_id: seen for key, _dot, version in sent if (row_id := id_from(key)) and (seen := id_from(version))}
    return merge_registered(db, kept_id, gone_id, cancels=cancels, **values)


def both_records(kind: Kept, kept_id: int, gone_id: int, fault: str = "") -> str:
    db = reading()
    plan = merging.plan_merge(db, kind, kept_id, gone_id, actor=actor())
    twice = registered_twice(db, plan, actor=actor()) if kind is Kept.PERSON else []
    seen = seen_now(plan, twice)
    return render_template(
        "organizer/doubles/merge.html",
        seen={name: json.dumps(values, ensure_ascii=False) for name, (_row, values) in seen.items()},
        changed=changed(seen),
        section=SECTION,
        plan=plan,
        kind=kind,
        called=called,
        at=addresses(kind),
        sides=list(sides(kind, plan)),
        registrations=registrations(twice),
        moves=moves(plan),
        barred=[*lacking(plan), *barred(still_barred(plan, twice), plan)],
        fault=fault,
    )


def seen_now(plan: Plan, twice: list[Twice]) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Return what the page shows of each record, by the field that sends it back."""
    registrations = [row for pair in twice if pair.bar is None for row in pair.both]
    shown = [(plan.kept, None), (plan.gone, None), *((row, ("status", "type_id")) for row in registrations)]
    return {f"seen.{row.__tablename__}.{row.id}": (row, seen_of(row, fields)) for row, fields in shown}


def changed(seen: Mapping[str, tuple[Any, dict[str, Any]]]) -> list[Entry]:
    """Return the records that changed since the choice was made."""
    before = [(row, request.form[name], values) for name, (row, values) in seen.items() if name in request.form]
    return [entry for row, sent, values in before if (entry := compared(row, sent, values)).changes]


def sides(kind: Kept, plan: Plan) -> list[Side]:
    """Return both records part by part, without parts that are empty in both."""
    rows = []
    for part in merging.PARTS[kind]:
        kept, gone = (words(part, row) for row in (plan.kept, plan.gone))
        if kept or gone:
            label = str(PARTS.get(part) or field_words(kind, part))
            photos = part == "photo_id" and plan.kept.photo_id != plan.gone.photo_id
            rows.append(Side(part, label, kept, gone, photos or kept != gone))
    return rows


def words(part: str, row: Any) -> str:
    """Describe one part of a record."""
    if part in _NAMES:
        return _NAMES[part](row)
    value = getattr(row, part)
    if not value:
        return ""
    if isinstance(value, dict):
        return Texts(name=part, label="").words(value)
    return _VALUE_WORDS[part](value) if part in _VALUE_WORDS else str(value)


def _parent(organization_id: int) -> str:
    rows = list_organizations(reading(), [organization_id])
    return pick(next((row.short or row.legal for row in rows), {}), language())


_NAMES: dict[str, Callable[[Any], str]] = {
    "latin_name": lambda row: name_of(row).latin,
    "native_name": lambda row: str(row.native_full),
}
_VALUE_WORDS: dict[str, Callable[[Any], str]] = {
    "languages": lambda codes: ", ".join(OWN_NAMES.get(code, code) for code in codes),
    "photo_id": lambda _id: _("a photo"),
    "parent_id": _parent,
    "kind": labels.label,
    "country_region": region,
}


def moves(plan: Plan) -> list[tuple[str, str, int]]:
    """Count what will refer to the kept record, by kind and edition, as far as the caller may know it."""
    names = edition_names({move.edition_id for move in plan.told})
    counts = Counter((str(record_words(move.table)), names.get(move.edition_id, "")) for move in plan.told)
    return [(*key, count) for key, count in counts.items()]


def registrations(twice: list[Twice]) -> list[Registered]:
    names = edition_names({pair.edition_id for pair in twice})
    return [Registered(pair, names[pair.edition_id]) for pair in twice if pair.bar is None]


def lacking(plan: Plan) -> list[str]:
    """Return what the caller may not do, and who may."""
    return [_lacking(lack) for lack in plan.missing]


def _lacking(lack: Missing) -> str:
    names = list(edition_names({*lack.editions}).values())
    if lack.others:
        names.append(ngettext("%(num)s other edition", "%(num)s other editions", lack.others))
    roles = [str(labels.label(role)) for role in roles_with_all(Permission.EDIT_PEOPLE, lack.needs)]
    values = {"editions": listed(names), "roles": listed(roles)}
    words = (
        _l(
            "Both stand in the same place (%(what)s) in %(editions)s, so that one entry would be removed, which you"
            " cannot do there. Ask someone who has one of these roles there: %(roles)s."
        )
        if lack.tables
        else _l(
            "Merging would also change %(editions)s, where you cannot change people. Ask someone who has one of these"
            " roles in all of the editions: %(roles)s."
        )
    )
    return str(words) % {**values, "what": listed(map(record_words, lack.tables))}


def barred(moves: list[Move], plan: Plan) -> list[str]:
    """Return why the records cannot be merged yet, and what to do about it."""
    names = edition_names({move.edition_id for move in moves})
    return list(dict.fromkeys(_barred(move, plan, names.get(move.edition_id, "")) for move in moves))


def _barred(move: Move, plan: Plan, name: str) -> str:
    closed, what = move.edition_id in plan.archived, record_words(move.table)
    if move.table != "registration":
        words = (
            _l("Both stand in the same place (%(what)s) in %(edition)s, which is archived. Reopen that edition first.")
            if closed
            else _l("Both stand in the same place (%(what)s). Remove one first.")
        )
    elif closed:
        words = _l("Both are registered in %(edition)s, which is archived. Reopen that edition first.")
    else:
        words = _l("Both are registered in %(edition)s. Ask someone who may cancel one of the two there.")
    return str(words) % {"what": what, "edition": name}


def edition_names(ids: set[int | None]) -> Mapping[int | None, str]:
    rows = list_editions(reading(), [row_id for row_id in ids if row_id is not None])
    return {row.id: pick(row.name, language()) for row in rows}


@blueprint.post("/<edition>/people/doubles/apart")
@needs(Permission.SEE_ANSWERS, everywhere=True)
def people_apart() -> ResponseReturnValue:
    return keep_apart(Kept.PERSON)


@blueprint.post("/<edition>/organizations/doubles/apart")
@needs(Permission.EDIT_PEOPLE, everywhere=True)
def organizations_apart() -> ResponseReturnValue:
    return keep_apart(Kept.ORGANIZATION)


def keep_apart(kind: Kept) -> ResponseReturnValue:
    """Remember that two are not the same, or forget it, by the button in the message."""
    first_id, other = (request.args.get(name, 0, whole_number) for name in ("one", "other"))
    takes_back = request.args.get("back") == "1"
    change: Any = merging.forget_distinct if takes_back else merging.keep_distinct
    with transaction() as db:
        change(db, kind, first_id, other, actor=actor(), now=clock.now())
    if takes_back:
        flash(_("They are listed as likely duplicates again."), "ok")
    else:
        undo = Offer(_("Undo"), url_for(APART_OF[kind], one=first_id, other=other, back=1))
        tell(_("They stay two, and are not proposed again."), "ok", do=undo)
    return redirect(url_for(LIST_OF[kind]))
