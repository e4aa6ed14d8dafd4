"""Records of one person or organization that became one, those that are likely to, and approved titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import PageQuery, SearchQuery
from forumapp.api.v1.people.people import OrganizationSchema, PersonSchema, serialize_people
from forumapp.api.v1.shapes import KeptSchema, RemovalSchema
from forumapp.core.values.paging import Page
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.members.merging import merge_people as merge_registered
from forumapp.domain.delegations.members.merging import registered_twice, still_barred
from forumapp.domain.people.duplicates import merging
from forumapp.domain.people.duplicates.queries import doubles_page
from forumapp.domain.people.records import titles
from forumapp.schemas.choices import Clash, Kept, LikenessReason, RegistrationStatus
from forumapp.schemas.fields import Bilingual, Choice, Flag, Id, Instant, ListOf, Part, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.api.v1.shapes import With
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.people.duplicates.merging import Plan
    from forumapp.domain.people.models import DistinctPair, Organization, Person, TitlePair

PEOPLE, ORGANIZATIONS = "/people", "/organizations"
PERSON, ORGANIZATION = f"{PEOPLE}/<id:person_id>", f"{ORGANIZATIONS}/<id:organization_id>"
PAIRS = "/title-pairs"
# Merging shows and keeps what both people have submitted.
MERGING = Permission.SEE_ANSWERS

blueprint = ApiBlueprint("Registry", __name__, description="Merging, likely duplicates and approved titles.")


class MergingSchema(Shape):
    """The record that is given up, in the version that was read, and the parts in which it is right."""

    gone_id = Id(required=True)
    gone_version = WholeNumber(required=True)
    take = ListOf(Text(longest=60), most=20, load_default=list)


class GivesWaySchema(Shape):
    """A registration that is cancelled, in the version that was read."""

    id = Id(required=True)
    version = WholeNumber(required=True)


class PeopleMergingSchema(MergingSchema):
    """Where both are registered in an edition, `cancels` names the one of their registrations that gives way."""

    cancels = ListOf(Part(GivesWaySchema), most=100, load_default=list)


class MoveSchema(Shape):
    table = Text(required=True)
    column = Text(required=True)
    row_id = Id(required=True)
    edition_id = Id(allow_none=True)
    clash = Choice(Clash, allow_none=True, metadata={"description": "Where the kept record stands there already."})
    into = Id(allow_none=True, metadata={"description": "The row that stays instead of this one."})


class MissingSchema(Shape):
    """A permission that the caller lacks where rows would change, or be removed from `tables`: in the editions that
    they know, and in so many others.
    """

    needs = Text(required=True)
    editions = ma.fields.List(Id())
    others = WholeNumber()
    tables = ma.fields.List(Text())


class MergePlanSchema(Shape):
    """What merging would do. `barred` says that a person has to clear the way first, `missing` what the caller may not.

    There are `moves` of editions where the caller may merge, and in so many `elsewhere`. It cannot be undone.
    """

    kept_id = Id(required=True)
    gone_id = Id(required=True)
    version = WholeNumber(required=True)
    gone_version = WholeNumber(required=True)
    barred = Flag()
    moves = ma.fields.List(ma.fields.Nested(MoveSchema))
    elsewhere = WholeNumber()
    missing = ma.fields.List(ma.fields.Nested(MissingSchema))


class OneOfTwoSchema(Shape):
    id = Id(required=True)
    version = WholeNumber(required=True)
    status = Choice(RegistrationStatus)
    type_id = Id(required=True)
    registered_at = Instant()


class TwiceSchema(Shape):
    """The registrations of both people in one edition. `stays_id` is the one with the better claim to a place."""

    edition_id = Id(required=True)
    kept = ma.fields.Nested(OneOfTwoSchema)
    gone = ma.fields.Nested(OneOfTwoSchema)
    stays_id = Id(required=True)


class PeopleMergePlanSchema(MergePlanSchema):
    """Of each of `registrations`, one is named in `cancels` when the people are merged."""

    registrations = ma.fields.List(ma.fields.Nested(TwiceSchema))


class DoubleSchema(Shape):
    low_id = Id(required=True)
    high_id = Id(required=True)
    reason = Choice(LikenessReason)


class NewDistinctPairSchema(Shape):
    one_id = Id(required=True)
    other_id = Id(required=True)


class DistinctPairSchema(Shape):
    id = Id(required=True)
    low_id = Id(required=True)
    high_id = Id(required=True)
    decided_by = Text(allow_none=True)


class NewTitlePairSchema(Shape):
    title = Bilingual(needed=True)


class TitlePairSchema(KeptSchema, NewTitlePairSchema):
    approved_by = Text(allow_none=True)


def _doubles(call: Call, kind: Kept, query: dict[str, Any]) -> Page[dict[str, Any]]:
    page = doubles_page(call.db, kind, actor=call.actor, number=query["page"], size=query["page_size"])
    items = [{"low_id": item.low.id, "high_id": item.high.id, "reason": item.reason} for item in page.items]
    return Page(items, page.number, page.size, page.total)


def _plan(call: Call, kind: Kept, kept_id: int, gone_id: int) -> dict[str, Any]:
    plan: Plan = merging.plan_merge(call.db, kind, kept_id, gone_id, actor=call.actor)
    twice = registered_twice(call.db, plan, actor=call.actor) if kind is Kept.PERSON else []
    chosen = [pair for pair in twice if pair.bar is None]
    return {
        "kept_id": plan.kept.id,
        "gone_id": plan.gone.id,
        "version": plan.kept.version,
        "gone_version": plan.gone.version,
        "barred": bool(plan.missing or still_barred(plan, twice)),
        "moves": plan.told,
        "elsewhere": plan.elsewhere,
        "missing": plan.missing,
        "registrations": [
            {"edition_id": pair.edition_id, "kept": pair.kept, "gone": pair.gone, "stays_id": pair.stays.id}
            for pair in chosen
        ],
    }


def _apart(call: Call, kind: Kept, values: dict[str, Any]) -> DistinctPair:
    ids = values["one_id"], values["other_id"]
    return merging.keep_distinct(call.db, kind, *ids, actor=call.actor, now=call.now)


@blueprint.lists(f"{PEOPLE}/doubles", DoubleSchema, query=PageQuery, needs=MERGING)
def list_people_doubles(call: Call, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """Pairs of people who are likely one, the surest first."""
    return _doubles(call, Kept.PERSON, query)


@blueprint.creates(
    f"{PEOPLE}/distinct-pairs", NewDistinctPairSchema, DistinctPairSchema, located_by=None, needs=MERGING
)
def keep_people_apart(call: Call, values: dict[str, Any]) -> DistinctPair:
    """Remember that two people are not the same: they are not proposed again."""
    return _apart(call, Kept.PERSON, values)


@blueprint.reads(f"{PERSON}/merge-plans/<id:gone_id>", PeopleMergePlanSchema, needs=MERGING)
def read_people_merge_plan(call: Call, person_id: int, gone_id: int) -> dict[str, Any]:
    """What moves when the person `gone_id` becomes one with this one."""
    return _plan(call, Kept.PERSON, person_id, gone_id)


@blueprint.acts(f"{PERSON}/merge", PersonSchema, tagged=True, body=PeopleMergingSchema, needs=MERGING)
def merge_people(call: Call, values: dict[str, Any], version: int, person_id: int) -> Person | With:
    """Make one of two people. All that refers to either refers to this one; the other's address leads here.

    The caller must be allowed to change people in every edition where a row would change, and to remove what would go.
    It cannot be undone.
    """
    gone_id, cancels = values.pop("gone_id"), {row["id"]: row["version"] for row in values.pop("cancels")}
    based: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    row = merge_registered(call.db, person_id, gone_id, cancels=cancels, **values, **based)
    return serialize_people(call, [row])[0]


@blueprint.lists(f"{ORGANIZATIONS}/doubles", DoubleSchema, query=PageQuery, needs=Permission.EDIT_PEOPLE)
def list_organization_doubles(call: Call, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """Pairs of organizations that are likely one, the surest first."""
    return _doubles(call, Kept.ORGANIZATION, query)


@blueprint.creates(
    f"{ORGANIZATIONS}/distinct-pairs",
    NewDistinctPairSchema,
    DistinctPairSchema,
    located_by=None,
    needs=Permission.EDIT_PEOPLE,
)
def keep_organizations_apart(call: Call, values: dict[str, Any]) -> DistinctPair:
    """Remember that two organizations are not the same: they are not proposed again."""
    return _apart(call, Kept.ORGANIZATION, values)


@blueprint.reads(f"{ORGANIZATION}/merge-plans/<id:gone_id>", MergePlanSchema, needs=Permission.EDIT_PEOPLE)
def read_organizations_merge_plan(call: Call, organization_id: int, gone_id: int) -> dict[str, Any]:
    """What moves when the organization `gone_id` becomes one with this one."""
    return _plan(call, Kept.ORGANIZATION, organization_id, gone_id)


@blueprint.acts(
    f"{ORGANIZATION}/merge", OrganizationSchema, tagged=True, body=MergingSchema, needs=Permission.EDIT_PEOPLE
)
def merge_organizations(call: Call, values: dict[str, Any], version: int, organization_id: int) -> Organization:
    """Make one of two organizations. All that refers to either refers to this one.

    The caller must be allowed to change people in every edition where a row would change, and to remove what would go.
    It cannot be undone.
    """
    gone_id = values.pop("gone_id")
    based: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    row: Organization = merging.merge(call.db, Kept.ORGANIZATION, organization_id, gone_id, **values, **based)
    return row


@blueprint.lists(PAIRS, TitlePairSchema, query=SearchQuery, needs=Permission.SEE_PEOPLE)
def list_title_pairs(call: Call, query: dict[str, Any]) -> Page[TitlePair]:
    """Approved titles, found by either language."""
    call.require_anywhere()
    return titles.title_pairs_page(call.db, search=query["q"], number=query["page"], size=query["page_size"])


@blueprint.creates(PAIRS, NewTitlePairSchema, TitlePairSchema, needs=Permission.EDIT_PEOPLE)
def approve_title_pair(call: Call, values: dict[str, Any]) -> TitlePair:
    """Approve a title in both languages: it is suggested the next time, and never applied by itself."""
    return titles.approve_title_pair(call.db, values["title"], actor=call.actor, now=call.now)


@blueprint.reads(f"{PAIRS}/<id:pair_id>", TitlePairSchema, needs=Permission.SEE_PEOPLE)
def read_title_pair(call: Call, pair_id: int) -> TitlePair:
    """One approved title."""
    call.require_anywhere()
    return titles.get_title_pair(call.db, pair_id)


@blueprint.changes(f"{PAIRS}/<id:pair_id>", NewTitlePairSchema, TitlePairSchema, needs=Permission.EDIT_PEOPLE)
def change_title_pair(call: Call, changes: dict[str, Any], version: int, pair_id: int) -> TitlePair:
    """Change an approved title. Titles that people have stay as they are."""
    return titles.update_title_pair(call.db, pair_id, changes, version=version, actor=call.actor, now=call.now)


@blueprint.removes(f"{PAIRS}/<id:pair_id>", RemovalSchema, needs=Permission.EDIT_PEOPLE)
def remove_title_pair(call: Call, version: int, pair_id: int) -> Removal:
    """Suggest a title no more. People who have it keep it."""
    return titles.remove_title_pair(call.db, pair_id, version=version, actor=call.actor, now=call.now)
