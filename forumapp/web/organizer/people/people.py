"""People across editions, with their roles in this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.paging import LARGEST_PAGE
from forumapp.domain.accounts.access import list_editions_of, tells_contacts
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.sessions import attention as agenda
from forumapp.domain.delegations.conflicts import attention as delegations
from forumapp.domain.forums.queries import list_editions
from forumapp.domain.people import queries
from forumapp.domain.people.duplicates.attention import PEOPLE
from forumapp.domain.people.duplicates.queries import doubles_of
from forumapp.domain.people.records import services
from forumapp.domain.people.records.titles import pairs_to_approve
from forumapp.domain.registration.person_requirements import editions_of, update_person
from forumapp.schemas.choices import Kept, NameOrder
from forumapp.schemas.fields import FORM_OF_ADDRESS, MAIL_ADDRESS, NAME
from forumapp.web.forms.fields import Choice, Email, Field, Optional, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.forms.ordering import Arrangement
from forumapp.web.forms.pictures import PictureField
from forumapp.web.forms.registry_fields import Phone, Spoken
from forumapp.web.forms.repeated_fields import Lines
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, contact_scope, edition, may, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import tell_saved
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.organizer.settings.attention import narrowed
from forumapp.web.wording.words import t

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.people.models import Affiliation, Person

SECTION = "people"
NEEDY = {**PEOPLE, **agenda.PEOPLE, **delegations.PEOPLE}
FIELDS = (
    Field(
        name="latin_family",
        label=_l("Family name"),
        help=_l("In Latin letters, exactly as the person writes it."),
        longest=NAME,
    ),
    Field(name="latin_given", label=_l("Given name"), longest=NAME),
    Choice(name="name_order", label=_l("Order of the Latin name"), kind=NameOrder, required=True),
    Field(
        name="native_full",
        label=_l("Name in its own script"),
        help=_l("Never made from the Latin name. Leave it empty until someone who knows has told it."),
        longest=NAME,
    ),
    Field(name="native_family", label=_l("Family name in its own script"), longest=NAME),
    Field(name="native_given", label=_l("Given name in its own script"), longest=NAME),
    Field(name="call_name", label=_l("Called"), help=_l("What people call them, if it is another name."), longest=NAME),
    Texts(
        name="form_of_address",
        label=_l("Form of address"),
        help=_l("Such as Mr., Ambassador, 先生."),
        longest=FORM_OF_ADDRESS,
    ),
    Lines(
        name="also_known_as",
        label=_l("Also known as"),
        help=_l("Former names and other spellings, one on each line. They are found by them, and never printed."),
    ),
    Field(
        name="pronunciation",
        label=_l("Pronunciation"),
        help=_l("For hosts and interpreters: tones, or spelled as it sounds, such as Liú Chūn, or lyoh choon."),
        longest=200,
    ),
    Spoken(name="languages", label=_l("Speaks")),
    Email(
        name="email",
        label=_l("E-mail address"),
        help=_l("May be empty, or an office's that serves several people."),
        longest=MAIL_ADDRESS,
    ),
    Phone(name="phone", label=_l("Phone")),
    Optional(name="wechat", label=_l("WeChat"), longest=100),
    PictureField(name="photo", label=_l("Photo"), aspect=1.0),
    Texts(name="biography", label=_l("Biography"), multiline=True),
)
# Of a new person the order follows the script unless someone chooses it.
NEW_ORDER = Choice(
    name="name_order",
    label=_l("Order of the Latin name"),
    kind=NameOrder,
    empty=_l("Family name first if the name below is Chinese"),
)
CONTACTS = frozenset(services.CONTACTS)


def person_fields(person_id: int | None = None) -> tuple[Field, ...]:
    """Return a person's fields. Contact fields are for those who may see them, and for people who take part nowhere
    yet.
    """
    reachable = tells_contacts(reading(), person_id, actor=actor()) if person_id else contact_scope().editions
    fields = FIELDS if person_id else tuple(NEW_ORDER if field.name == NEW_ORDER.name else field for field in FIELDS)
    if reachable:
        return fields
    return tuple(field for field in fields if field.name not in CONTACTS)


def own(db: DbSession, person_id: int) -> Person:
    """A person within reach; the others do not exist."""
    return queries.get_person(db, person_id, within=within(Permission.SEE_PEOPLE))


@blueprint.get("/<edition>/people")
@needs(Permission.SEE_PEOPLE)
def people() -> str:
    db = reading()
    search = request.args.get("search", "")
    number = request.args.get("page", 1, whole_number)
    need = narrowed(NEEDY)
    only = NEEDY[need](edition().id, edition().languages) if need else None
    reach = within(Permission.SEE_PEOPLE)
    page = queries.people_page(db, search=search, within=reach, contact_scope=contact_scope(), only=only, number=number)
    return render_template(
        "organizer/people/list.html",
        section=SECTION,
        page=page,
        search=search,
        need=need,
        names={person.id: services.name_of(person) for person in page.items},
        titles=queries.titles_in_edition(db, edition().id, [person.id for person in page.items]),
    )


@blueprint.route("/<edition>/people/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PEOPLE, everywhere=True)
def new_person() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template(
            "organizer/people/one.html", section=SECTION, form=Form.empty(person_fields()), person=None
        )
    form = Form.sent(person_fields(), request.form)
    made: list[Person] = []

    def create(db: DbSession) -> None:
        made.append(services.create_person(db, form.values, actor=actor(), now=clock.now()))

    if not saved(form, create):
        return render_template("organizer/people/one.html", section=SECTION, form=form, person=None), 422
    flash(_("The person has been added."), "ok")
    return redirect(url_for("organizer.person", person_id=made[0].id))


@blueprint.route("/<edition>/people/<id:person_id>", methods=["GET", "POST"])
@needs(Permission.SEE_PEOPLE, to_change=Permission.EDIT_PEOPLE)
def person(person_id: int) -> ResponseReturnValue:
    row = own(reading(), person_id)
    if request.method == "GET":
        return person_page(Form.of(person_fields(person_id), row), person_id)
    form, now = Form.sent(person_fields(person_id), request.form, row), clock.now()

    def change(db: DbSession) -> None:
        version = form.based_on
        update_person(db, person_id, form.values, version=version, actor=actor(), now=now)

    if not saved(form, change, lambda: own(reading(), person_id)):
        return person_page(form, person_id), form.status
    tell_saved(_("The person has been saved."), "photo", person_id, since=now)
    return redirect(url_for("organizer.person", person_id=person_id))


@blueprint.post("/<edition>/people/<id:person_id>/confirm-latin-name")
@needs(Permission.EDIT_PEOPLE)
def confirm_latin_name(person_id: int) -> ResponseReturnValue:
    own(reading(), person_id)
    version, back = request.form.get("version", 0, whole_number), url_for("organizer.person", person_id=person_id)
    try:
        with transaction() as db:
            services.confirm_latin_name(db, person_id, version=version, actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, _("Confirm the name all the same"), back)
    flash(_("The Latin name is confirmed."), "ok")
    return redirect(back)


def whole_page(person_id: int, arrangement: Arrangement) -> str:
    """The page again, where someone else has put the posts in another order meanwhile."""
    return person_page(Form.of(person_fields(person_id), own(reading(), person_id)), person_id, arrangement)


def person_page(form: Form, person_id: int, arrangement: Arrangement | None = None) -> str:
    db = reading()
    row = own(db, person_id)
    posts = queries.affiliations_page(db, person_id, size=LARGEST_PAGE).items
    arrangement = arrangement or Arrangement.of(posts)
    words = {post.id: post_words(post) for post in posts}
    reachable = any(field.name in CONTACTS for field in form.fields)
    return render_template(
        "organizer/people/one.html",
        section=SECTION,
        form=form,
        person=row,
        name=services.name_of(row),
        titles=queries.titles_in_edition(db, edition().id, [person_id]).get(person_id, []),
        edition_titles=queries.edition_titles_page(db, edition().id, person_id, size=LARGEST_PAGE).items,
        posts=arrangement.sorted(posts),
        post_words=words,
        arrangement=arrangement,
        theirs=[words[post.id] for post in arrangement.sorted_as_theirs(posts)],
        shares=queries.sharing_mail(db, row.email, but=row.id, contact_scope=contact_scope()) if reachable else [],
        to_approve=pairs_to_approve(db, person_id) if may("edit-people", everywhere=True) else [],
        doubles=doubles_of(db, Kept.PERSON, person_id, actor=actor()) if may_merge() else [],
        appears=list_editions(db, editions_of(db, person_id, among=list_editions_of(db, actor=actor()))),
        history=past("person", person_id),
    )


def may_merge() -> bool:
    """Return whether the caller may merge two records of a person, which takes access to all their answers."""
    return may("edit-people", everywhere=True) and may("see-answers", everywhere=True)


def post_words(post: Affiliation) -> Markup:
    """A post's title with its organization, as it is called today."""
    organization = post.organization
    names = queries.organization_name(organization.short, organization.legal, None) if organization else {}
    return Markup(" · ").join(part for part in (t(post.title), t(names)) if part)
