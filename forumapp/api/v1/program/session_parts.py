"""Session items, people's parts in them, and interpretation channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, NewOrderSchema, OrderSchema, RemovalSchema, page_from
from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.sessions import parts, services, speech_orders
from forumapp.schemas.choices import AssignmentRole, AssignmentStatus, Interpretation, SessionItemKind
from forumapp.schemas.fields import Bilingual, Choice, Id, Language, ListOf, Part, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.ordering import Order
    from forumapp.core.values.paging import Page
    from forumapp.domain.agenda.models import InterpretationChannel, RoleAssignment, Session, SessionItem
    from forumapp.domain.agenda.sessions.speech_orders import SpeechOrder
    from forumapp.domain.audit.models import Removal

LONGEST_ITEM = 24 * 60
MOST_CHANNELS = 99
SESSION = "/editions/<slug:edition>/sessions/<id:session_id>"
CHANNEL = f"{SESSION}/channels/<id:channel_id>"

blueprint = ApiBlueprint("Sessions", __name__, description="Items of sessions, parts of people, and channels.")


class NewItemSchema(Shape):
    kind = Choice(SessionItemKind)
    title = Bilingual(needed=True)
    minutes = WholeNumber(required=True, least=1, most=LONGEST_ITEM, metadata={"description": "The speakers' minutes."})
    mode = Choice(
        Interpretation,
        metadata={"description": "How this item is interpreted; by default as its session."},
    )


class ItemSchema(KeptSchema, NewItemSchema):
    position = WholeNumber()
    clock_minutes = WholeNumber(metadata={"description": "Twice as many where it is interpreted consecutively."})


class NewRoleSchema(Shape):
    person_id = Id(required=True)
    role = Choice(AssignmentRole, required=True)
    item_id = Id(allow_none=True, load_default=None)
    status = Choice(
        AssignmentStatus,
        load_default="invited",
        metadata={"description": "Only confirmed speakers appear on the public agenda."},
    )
    position = WholeNumber(
        least=0, load_default=None, metadata={"description": "Without one, it comes last in the session."}
    )


class ChangedRoleSchema(Shape):
    role = Choice(AssignmentRole)
    status = Choice(AssignmentStatus)
    item_id = Id(allow_none=True)
    channel_id = Id(allow_none=True, metadata={"description": "On which channel an interpreter is heard."})


class RoleSchema(KeptSchema, ChangedRoleSchema):
    person_id = Id()
    position = WholeNumber()


class NewSpeechOrderSchema(Shape):
    """All items of the session and all parts in it, each once, in the order that is wanted."""

    items = ListOf(Id(), required=True, most=1000)
    roles = ListOf(Id(), required=True, most=1000)


class SpeechOrderSchema(NewSpeechOrderSchema):
    version = WholeNumber(required=True, metadata={"description": "A digest of both, as in the entity tag."})
    by_list = Part(
        NewSpeechOrderSchema,
        allow_none=True,
        metadata={
            "description": "Both as the order approved for speeches has them, of the session or else of the edition;"
            " null where there is none, and where the caller may not see orders of precedence."
        },
    )


class NewChannelSchema(Shape):
    number = WholeNumber(required=True, least=1, most=MOST_CHANNELS)
    language = Language(required=True)


class ChannelSchema(KeptSchema, NewChannelSchema):
    pass


@blueprint.lists(f"{SESSION}/items", ItemSchema, needs=Permission.SEE_AGENDA)
def list_session_items(call: Call, query: dict[str, Any], edition: str, session_id: int) -> Page[SessionItem]:
    """The items of a session in order; the time of each follows from the minutes before it."""
    session = session_of(call, edition, session_id)
    return page_from(queries.items_of(call.db, [session.id])[session.id], query)


@blueprint.creates(f"{SESSION}/items", NewItemSchema, ItemSchema, needs=Permission.EDIT_AGENDA)
def add_session_item(call: Call, values: dict[str, Any], edition: str, session_id: int) -> SessionItem:
    """Add an item at the end of a session."""
    session = session_of(call, edition, session_id)
    return services.add_item(call.db, session, values, actor=call.actor, now=call.now)


@blueprint.reads(f"{SESSION}/items/<id:item_id>", ItemSchema, needs=Permission.SEE_AGENDA)
def read_session_item(call: Call, edition: str, session_id: int, item_id: int) -> SessionItem:
    """One item of a session."""
    return queries.get_item(call.db, session_of(call, edition, session_id), item_id)


@blueprint.changes(f"{SESSION}/items/<id:item_id>", NewItemSchema, ItemSchema, needs=Permission.EDIT_AGENDA)
def change_session_item(
    call: Call, changes: dict[str, Any], version: int, *, edition: str, session_id: int, item_id: int
) -> SessionItem:
    """Change an item. Later items move when its minutes change."""
    row = queries.get_item(call.db, session_of(call, edition, session_id), item_id)
    return services.update_item(
        call.db, row.edition_id, row.id, changes, version=version, actor=call.actor, now=call.now
    )


@blueprint.removes(f"{SESSION}/items/<id:item_id>", RemovalSchema, needs=Permission.EDIT_AGENDA)
def remove_session_item(call: Call, version: int, edition: str, session_id: int, item_id: int) -> Removal:
    """Remove an item with everyone's part in it. Later items begin earlier."""
    row = queries.get_item(call.db, session_of(call, edition, session_id), item_id)
    return services.remove_item(call.db, row.edition_id, row.id, version=version, actor=call.actor, now=call.now)


@blueprint.reads(f"{SESSION}/items/order", OrderSchema, needs=Permission.SEE_AGENDA)
def read_item_order(call: Call, edition: str, session_id: int) -> Order:
    """The items of a session in order, by their ids."""
    return queries.item_order(call.db, session_of(call, edition, session_id).id)


@blueprint.replaces(f"{SESSION}/items/order", NewOrderSchema, OrderSchema, needs=Permission.EDIT_AGENDA)
def order_items(call: Call, values: dict[str, Any], version: int, edition: str, session_id: int) -> Order:
    """Put the items of a session in order; the time of each follows."""
    row = session_of(call, edition, session_id)
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return parts.order_items(call.db, row.edition_id, row.id, values["ids"], **by)


@blueprint.lists(f"{SESSION}/roles", RoleSchema, needs=Permission.SEE_AGENDA)
def list_roles(call: Call, query: dict[str, Any], edition: str, session_id: int) -> Page[RoleAssignment]:
    """People's parts in a session or its items, in order."""
    session = session_of(call, edition, session_id)
    return page_from(queries.roles_of(call.db, [session.id])[session.id], query)


@blueprint.creates(f"{SESSION}/roles", NewRoleSchema, RoleSchema, needs=Permission.EDIT_AGENDA)
def assign_role(call: Call, values: dict[str, Any], edition: str, session_id: int) -> RoleAssignment:
    """Give a person a part in a session or in one of its items. Their status is invited by default."""
    session = session_of(call, edition, session_id)
    item_id = values.pop("item_id")
    item = None
    if item_id is not None:
        try:
            item = queries.get_item(call.db, session, item_id)
        except NotFound as error:
            raise Invalid(fields={"item_id": "unknown"}) from error
    return services.assign_role(call.db, session, **values, item=item, actor=call.actor, now=call.now)


@blueprint.reads(f"{SESSION}/roles/<id:role_id>", RoleSchema, needs=Permission.SEE_AGENDA)
def read_role(call: Call, edition: str, session_id: int, role_id: int) -> RoleAssignment:
    """One person's part in a session."""
    return queries.get_role(call.db, session_of(call, edition, session_id), role_id)


@blueprint.reads(f"{SESSION}/roles/order", OrderSchema, needs=Permission.SEE_AGENDA)
def read_role_order(call: Call, edition: str, session_id: int) -> Order:
    """Those who have a part in a session in protocol order, by the ids of their parts."""
    return queries.role_order(call.db, session_of(call, edition, session_id).id)


@blueprint.replaces(f"{SESSION}/roles/order", NewOrderSchema, OrderSchema, needs=Permission.EDIT_AGENDA)
def order_roles(call: Call, values: dict[str, Any], version: int, edition: str, session_id: int) -> Order:
    """Put those who have a part in a session in protocol order."""
    row = session_of(call, edition, session_id)
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return parts.order_roles(call.db, row.edition_id, row.id, values["ids"], **by)


@blueprint.reads(f"{SESSION}/speeches/order", SpeechOrderSchema, needs=Permission.SEE_AGENDA)
def read_speech_order(call: Call, edition: str, session_id: int) -> dict[str, Any]:
    """In which order people speak in a session, and in which they would by the order approved for its speeches."""
    row = session_of(call, edition, session_id)
    return _serialize_speeches(call, row, speech_orders.speech_order(call.db, row.id))


@blueprint.replaces(f"{SESSION}/speeches/order", NewSpeechOrderSchema, SpeechOrderSchema, needs=Permission.EDIT_AGENDA)
def order_speeches(call: Call, values: dict[str, Any], version: int, edition: str, session_id: int) -> dict[str, Any]:
    """Put items and parts of a session in order at once."""
    row = session_of(call, edition, session_id)
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return _serialize_speeches(call, row, speech_orders.order_speeches(call.db, row.edition_id, row.id, **values, **by))


@blueprint.changes(f"{SESSION}/roles/<id:role_id>", ChangedRoleSchema, RoleSchema, needs=Permission.EDIT_AGENDA)
def change_role(
    call: Call, changes: dict[str, Any], version: int, *, edition: str, session_id: int, role_id: int
) -> RoleAssignment:
    """Change what a person's part is, whether they have confirmed it, or on which channel they interpret."""
    row = queries.get_role(call.db, session_of(call, edition, session_id), role_id)
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return parts.update_role(call.db, row.edition_id, row.id, changes, **by)


@blueprint.removes(f"{SESSION}/roles/<id:role_id>", RemovalSchema, needs=Permission.EDIT_AGENDA)
def remove_role(call: Call, version: int, edition: str, session_id: int, role_id: int) -> Removal:
    """Take a person's part in a session away."""
    row = queries.get_role(call.db, session_of(call, edition, session_id), role_id)
    return services.remove_role(call.db, row.edition_id, row.id, version=version, actor=call.actor, now=call.now)


@blueprint.lists(f"{SESSION}/channels", ChannelSchema, needs=Permission.SEE_AGENDA)
def list_channels(call: Call, query: dict[str, Any], edition: str, session_id: int) -> Page[InterpretationChannel]:
    """Languages heard in a session, by channel number."""
    session = session_of(call, edition, session_id)
    return page_from(queries.channels_of(call.db, [session.id])[session.id], query)


@blueprint.creates(f"{SESSION}/channels", NewChannelSchema, ChannelSchema, needs=Permission.EDIT_AGENDA)
def add_channel(call: Call, values: dict[str, Any], edition: str, session_id: int) -> InterpretationChannel:
    """Add a language that can be heard in a session."""
    session = session_of(call, edition, session_id)
    return parts.add_channel(call.db, session.edition_id, session.id, values, actor=call.actor, now=call.now)


@blueprint.reads(CHANNEL, ChannelSchema, needs=Permission.SEE_AGENDA)
def read_channel(call: Call, edition: str, session_id: int, channel_id: int) -> InterpretationChannel:
    """One channel of a session."""
    return queries.get_channel(call.db, session_of(call, edition, session_id), channel_id)


@blueprint.changes(CHANNEL, NewChannelSchema, ChannelSchema, needs=Permission.EDIT_AGENDA)
def change_channel(
    call: Call, changes: dict[str, Any], version: int, *, edition: str, session_id: int, channel_id: int
) -> InterpretationChannel:
    """Change the number or the language of a channel."""
    row = queries.get_channel(call.db, session_of(call, edition, session_id), channel_id)
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return parts.update_channel(call.db, row.edition_id, row.id, changes, **by)


@blueprint.removes(CHANNEL, RemovalSchema, needs=Permission.EDIT_AGENDA)
def remove_channel(call: Call, version: int, edition: str, session_id: int, channel_id: int) -> Removal:
    """Take a channel away. Refused while interpreters are on it."""
    row = queries.get_channel(call.db, session_of(call, edition, session_id), channel_id)
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return parts.remove_channel(call.db, row.edition_id, row.id, **by)


def session_of(call: Call, edition: str, session_id: int) -> Session:
    return queries.get_session(call.db, call.edition(edition).id, session_id)


def _serialize_speeches(call: Call, row: Session, stands: SpeechOrder) -> dict[str, Any]:
    seen = call.access(row.edition_id).within(Permission.SEE_PRECEDENCE) is None
    found = speech_orders.compared(call.db, row) if seen else None
    return {"version": stands.version, **_both(stands), "by_list": _both(found.listed) if found else None}


def _both(order: SpeechOrder) -> dict[str, list[int]]:
    return {"items": list(order.items.ids), "roles": list(order.roles.ids)}
