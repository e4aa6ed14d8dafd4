"""Name checks: the list and what each needs, the people in one, and sending it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.ordering import Order
from forumapp.core.values.paging import page_of
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.queries import delegations_page
from forumapp.domain.mail.outbox import list_messages_about
from forumapp.domain.people.queries import titles_in_edition
from forumapp.domain.people.records.services import name_of
from forumapp.domain.proofs import queries, services
from forumapp.domain.proofs.letters import ABOUT, ends, link_of, opens
from forumapp.schemas.choices import EntryState, ProofState
from forumapp.schemas.fields import MAIL_ADDRESS
from forumapp.web.forms.fields import Email, Field, Pick, PickCode, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import Arrangement, order_refused, place_on_page
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.display import full_name
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.kit.suggestions import organization_box
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.wording import labels
from forumapp.web.wording.language import OWN_NAMES, language

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.delegations import Delegation
    from forumapp.domain.proofs.models import NameProof
    from forumapp.domain.proofs.queries import ProofLine

SECTION = "proofs"
SEE, EDIT = Permission.SEE_PROOFS, Permission.EDIT_PROOFS
ALL = 200
NO_PROOF = "none"


def delegations() -> list[Delegation]:
    """Those that the caller may make proofs for."""
    return delegations_page(reading(), edition().id, within=within(EDIT), size=ALL).items


def languages() -> list[tuple[str, Any]]:
    return [(code, OWN_NAMES[code]) for code in edition().languages]


DELEGATION = Pick(
    name="delegation_id",
    label=_l("Delegation"),
    offer=lambda: [(str(row.id), pick(row.name, language())) for row in delegations()],
    empty=_l("None: it is for an office"),
)
OFFICE = organization_box(
    "organization_id",
    _l("Office of an organization"),
    help=_l(
        "People printed under this organization are added to the name check, and you can add others. Leave it "
        "empty to pick everyone yourself."
    ),
)
FIELDS: tuple[Field, ...] = (
    Texts(
        name="name",
        label=_l("Who the name check is for"),
        help=_l("As it should read itself. Left empty, it is the name of the delegation or the organization."),
    ),
    Email(
        name="email",
        label=_l("E-mail address"),
        help=_l("The person who checks the names. If empty, hand over the link yourself."),
        longest=MAIL_ADDRESS,
    ),
    PickCode(name="language", label=_l("Language of the mail"), offer=languages, empty=None, required=True),
)


@blueprint.get("/<edition>/name-proofs")
@needs(SEE)
def name_proofs() -> str:
    db, limit = reading(), within(SEE)
    search, state = request.args.get("search", ""), request.args.get("state", "")
    wanted = ProofState(state) if state in set(ProofState) else None
    number = request.args.get("page", 1, whole_number)
    page = queries.proofs_page(db, edition().id, state=wanted, search=search, within=limit, number=number)
    have = {line.row.delegation_id for line in queries.list_proofs(db, edition().id, within=limit)}
    return render_template(
        "organizer/proofs/list.html",
        section=SECTION,
        page=page,
        kept={"search": search, "state": state},
        states_offered=labels.options(ProofState),
        without=[delegation for delegation in delegations() if delegation.members and delegation.id not in have],
        unapproved=len(queries.list_unapproved(db, edition().id, within=limit)),
    )


@blueprint.get("/<edition>/name-proofs/not-approved")
@needs(SEE)
def names_not_approved() -> str:
    """List everyone without an approved name as it would be printed now, filtered by state."""
    search, state = request.args.get("search", ""), request.args.get("state", "")
    names = queries.list_unapproved(reading(), edition().id, search=search, within=within(SEE))
    offered = [
        (NO_PROOF, _("Not in a name check")),
        *(name for name in labels.options(EntryState) if name[0] != "approved"),
    ]
    if state in dict(offered):
        names = [name for name in names if (name.state or NO_PROOF) == state]
    return render_template(
        "organizer/proofs/unapproved.html",
        section=SECTION,
        page=page_of(names, number=request.args.get("page", 1, whole_number)),
        kept={"search": search, "state": state},
        states_offered=offered,
    )


@blueprint.route("/<edition>/name-proofs/new", methods=["GET", "POST"])
@needs(SEE, to_change=EDIT)
def new_name_proof() -> ResponseReturnValue:
    fields = (DELEGATION, *((OFFICE,) if within(EDIT) is None else ()), *FIELDS)
    if request.method == "GET":
        form = Form.empty(fields, language=edition().languages[0])
        return render_template("organizer/proofs/form.html", section=SECTION, form=form, row=None)
    form = Form.sent(fields, request.form)
    made: list[NameProof] = []
    there: list[int] = []

    def create(db: DbSession) -> None:
        try:
            made.append(services.create_proof(db, edition().id, form.values, actor=actor(), now=clock.now()))
        except services.HasProof as refusal:
            there.append(refusal.details["proof_id"])
            raise

    if not saved(form, create):
        return render_template("organizer/proofs/form.html", section=SECTION, form=form, row=None, there=there), 422
    flash(_("Name check created. Check who is in it, then send it."), "ok")
    page = "name_proof" if made[0].delegation_id or form.values.get("organization_id") else "name_proof_people"
    return redirect(url_for(f"organizer.{page}", proof_id=made[0].id))


@blueprint.get("/<edition>/name-proofs/<id:proof_id>")
@needs(SEE)
def name_proof(proof_id: int, arrangement: Arrangement | None = None) -> str:
    db, proof, now = reading(), own(proof_id), clock.now()
    movable = proof.movable
    arrangement = arrangement or Arrangement.of(movable)
    return render_template(
        "organizer/proofs/one.html",
        section=SECTION,
        proof=proof,
        row=proof.row,
        fixed=[entry for entry in proof.entries if entry.ranked],
        movable=arrangement.sorted(movable),
        arrangement=arrangement,
        theirs=[full_name(entry.name) for entry in arrangement.sorted_as_theirs(movable)],
        missing=len(queries.missing_members(db, proof)),
        corrections=queries.list_corrections(db, proof),
        people={entry.id: entry for entry in proof.entries},
        delegation=next((one for one in delegations_seen() if one.id == proof.row.delegation_id), None),
        link=link_to(proof.row) if may(EDIT, proof.row) else "",
        link_opens=opens(proof.row, edition(), now=now),
        link_ends=ends(proof.row, edition(), now=now),
        messages=list_messages_about(db, ABOUT, proof_id),
        history=past("name_proof", proof_id),
    )


@blueprint.route("/<edition>/name-proofs/<id:proof_id>/edit", methods=["GET", "POST"])
@needs(SEE, to_change=EDIT)
def edit_name_proof(proof_id: int) -> ResponseReturnValue:
    row = own(proof_id).row
    if request.method == "GET":
        return render_template("organizer/proofs/form.html", section=SECTION, form=Form.of(FIELDS, row), row=row)
    form = Form.sent(FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        version = form.based_on
        services.update_proof(db, edition().id, proof_id, form.values, version=version, actor=actor(), now=clock.now())

    if not saved(form, change, lambda: own(proof_id).row):
        return render_template("organizer/proofs/form.html", section=SECTION, form=form, row=row), form.status
    flash(_("Name check saved."), "ok")
    return redirect(url_for("organizer.name_proof", proof_id=proof_id))


@blueprint.route("/<edition>/name-proofs/<id:proof_id>/people", methods=["GET", "POST"])
@needs(SEE, to_change=EDIT)
def name_proof_people(proof_id: int) -> ResponseReturnValue:
    """Choose the people on an office's proof, among all participants."""
    proof = own(proof_id)
    if request.method == "POST":
        chosen = request.form.getlist("people", type=whole_number)

        def add(db: DbSession, now: datetime) -> int:
            return len(services.add_people(db, edition().id, proof_id, chosen, actor=actor(), now=now))

        return added(proof_id, add)
    search = request.args.get("search", "")
    page = queries.candidates_page(
        reading(), proof.row, search=search, within=within(SEE), number=request.args.get("page", 1, whole_number)
    )
    return render_template(
        "organizer/proofs/people.html",
        section=SECTION,
        row=proof.row,
        page=page,
        search=search,
        names={person.id: name_of(person) for person in page.items},
        titles=titles_in_edition(reading(), edition().id, [person.id for person in page.items]),
    )


@blueprint.post("/<edition>/name-proofs/<id:proof_id>/members")
@needs(EDIT)
def add_missing_members(proof_id: int) -> ResponseReturnValue:
    def add(db: DbSession, now: datetime) -> int:
        return len(services.add_missing_members(db, edition().id, proof_id, actor=actor(), now=now))

    return added(proof_id, add)


@blueprint.post("/<edition>/name-proofs/<id:proof_id>/order")
@needs(EDIT)
def order_name_proof(proof_id: int) -> ResponseReturnValue:
    def change(db: DbSession, ids: list[int], version: int) -> None:
        services.reorder(db, edition().id, proof_id, ids, version=version, actor=actor(), now=clock.now())

    def current() -> Order:
        return Order(tuple(entry.id for entry in own(proof_id).movable))

    if refused := order_refused(change, current):
        return name_proof(proof_id, refused), 412
    return redirect(url_for("organizer.name_proof", proof_id=proof_id, _anchor=place_on_page()))


@blueprint.post("/<edition>/name-proofs/<id:proof_id>/people/<id:entry_id>/remove")
@needs(EDIT)
def remove_proofed_person(proof_id: int, entry_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        own(proof_id).entry(entry_id)
        return services.remove_entry(db, edition().id, entry_id, version=version or 0, actor=actor(), now=now)

    words = _("The person is no longer in the name check.")
    return removed(remove, words, url_for("organizer.name_proof", proof_id=proof_id))


@blueprint.post("/<edition>/name-proofs/<id:proof_id>/remove")
@needs(EDIT)
def remove_name_proof(proof_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return services.remove_proof(db, edition().id, proof_id, version=version or 0, actor=actor(), now=now)

    words = _("Name check deleted. Its link no longer works.")
    kept = url_for("organizer.name_proof", proof_id=proof_id)
    return removed(remove, words, url_for("organizer.name_proofs"), kept=kept)


@blueprint.post("/<edition>/name-proofs/<id:proof_id>/send")
@needs(EDIT)
def send_name_proof(proof_id: int) -> ResponseReturnValue:
    return decided(proof_id, services.send_proof, _("Send it by mail"), _("The mail is on its way."))


@blueprint.post("/<edition>/name-proofs/<id:proof_id>/sent")
@needs(EDIT)
def note_name_proof_sent(proof_id: int) -> ResponseReturnValue:
    words = _("It is noted that the link was handed over.")
    return decided(proof_id, services.note_sent, _("I have handed the link over"), words)


@blueprint.post("/<edition>/name-proofs/<id:proof_id>/end-links")
@needs(EDIT)
def end_name_proof_links(proof_id: int) -> ResponseReturnValue:
    words = _("The links that were sent no longer open. The one shown now is new.")
    return decided(proof_id, services.end_links, _("End its links"), words)


def own(proof_id: int) -> ProofLine:
    """A proof within reach; the others do not exist."""
    return queries.get_proof(reading(), edition().id, proof_id, within=within(SEE))


def delegations_seen() -> list[Delegation]:
    return delegations_page(reading(), edition().id, within=within(SEE), size=ALL).items


def link_to(row: NameProof) -> str:
    """Return the current link, signed at each view so that no copy is stored."""
    links: Links = current_app.extensions["forumapp.links"]
    config: Config = current_app.extensions["forumapp.config"]
    return links.address(link_of(row, edition()), config.base_url, now=clock.now())


def added(proof_id: int, add: Callable[[DbSession, datetime], int]) -> ResponseReturnValue:
    try:
        with transaction() as db:
            number = add(db, clock.now())
    except Invalid:
        flash(_("Some of them do not take part any more. Nobody was added."), "bad")
        return redirect(url_for("organizer.name_proof_people", proof_id=proof_id))
    flash(ngettext("%(num)s person has been added.", "%(num)s people have been added.", number), "ok")
    return redirect(url_for("organizer.name_proof", proof_id=proof_id))


def decided(proof_id: int, decide: Callable[..., object], do: str, words: str) -> ResponseReturnValue:
    """Do something to a proof as it was looked at. `do` is the button that does it where someone else was faster."""
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            decide(db, edition().id, proof_id, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, do, url_for("organizer.name_proof", proof_id=proof_id))
    except services.LinksAreOver:
        flash(_("The forum was too long ago: links to its name checks no longer open."), "bad")
    except Invalid:
        flash(_("It has no mail address yet. Add one, or hand the link over yourself."), "bad")
    else:
        flash(words, "ok")
    return redirect(url_for("organizer.name_proof", proof_id=proof_id))
