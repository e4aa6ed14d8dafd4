"""What every page and operation asks for, said by hand: whoever adds one says it here, and the walk holds it.

What each role may then follows from the table of permissions, and from nothing that the code of a page says.
"""

from __future__ import annotations

from dataclasses import dataclass

from forumapp.domain.accounts.permissions import Permission as P  # noqa: N817 (the table is read by its columns)


@dataclass(frozen=True)
class Asks:
    """`reach` says of what: the edition, a delegation's row, the whole edition, or people across editions. `also` is
    asked beside the permission.
    """

    permission: P
    reach: str = "edition"
    also: P | None = None


def row(permission: P, also: P | None = None) -> Asks:
    """About a row of one delegation, which does not exist for a liaison of another."""
    return Asks(permission, "row", also)


def whole(permission: P) -> Asks:
    """About the whole edition, which no liaison has."""
    return Asks(permission, "whole")


def across(permission: P) -> Asks:
    """In any edition."""
    return Asks(permission, "across")


def across_row(permission: P) -> Asks:
    """In any edition, about one person, who does not exist for a liaison of another delegation."""
    return Asks(permission, "across-row")


def across_whole(permission: P) -> Asks:
    """In any edition, and there for everyone."""
    return Asks(permission, "across-whole")


PUBLIC = "public"
LINK = "signed link"
SIGNED_IN = "any sign-in, or any token"
# What is one's own is found by who asks, and never by an id that someone else could send.
OWN = "own account"
What = Asks | P | str

PAGES: dict[str, What] = {
    # The public site
    "GET /": PUBLIC,
    "GET /<slug>": PUBLIC,
    "GET /<slug>/agenda": PUBLIC,
    "GET /<slug>/agenda.ics": PUBLIC,
    "GET /<slug>/agenda.json": PUBLIC,
    "GET /<slug>/images/<id:image_id>": PUBLIC,  # of what everyone sees there
    "GET /<slug>/register": PUBLIC,
    "GET /<slug>/register/<code>": PUBLIC,
    "POST /<slug>/register/<code>": PUBLIC,
    "GET /<slug>/registered": PUBLIC,
    "GET /<slug>/speakers": PUBLIC,
    "GET /<slug>/pages/<code>": PUBLIC,
    "GET /static/theme/<color>.css": PUBLIC,
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": PUBLIC,  # from this machine alone
    "GET /r/<token>": LINK,
    "GET /r/<token>/ticket.svg": LINK,
    "POST /r/<token>/cancel": LINK,
    "GET /proof/<token>": LINK,
    "POST /proof/<token>": LINK,
    "GET /proof/<token>/people/<id:entry_id>": LINK,
    "POST /proof/<token>/people/<id:entry_id>": LINK,
    "GET /proof/<token>/thanks": LINK,
    # The way in
    "GET /organizer/sign-in": PUBLIC,
    "POST /organizer/sign-in": PUBLIC,
    "GET /organizer/sign-in/code": PUBLIC,
    "POST /organizer/sign-in/code": PUBLIC,
    "GET /organizer/forgot-password": PUBLIC,
    "POST /organizer/forgot-password": PUBLIC,
    "GET /organizer/new-password/<token>": LINK,
    "POST /organizer/new-password/<token>": LINK,
    "GET /organizer/invitation/<token>": LINK,
    "POST /organizer/invitation/<token>": LINK,
    # One's own account
    "GET /organizer/": SIGNED_IN,
    "POST /organizer/sign-out": SIGNED_IN,
    "GET /organizer/account": OWN,
    "POST /organizer/account": OWN,
    "GET /organizer/account/password": OWN,
    "POST /organizer/account/password": OWN,
    "GET /organizer/account/sign-ins": OWN,
    "POST /organizer/account/sign-ins/<id:sign_in_id>/end": OWN,
    "POST /organizer/account/sign-ins/end-others": OWN,
    "GET /organizer/account/two-factor": OWN,
    "GET /organizer/account/two-factor/code.svg": OWN,
    "POST /organizer/account/two-factor/begin": OWN,
    "POST /organizer/account/two-factor/confirm": OWN,
    "POST /organizer/account/two-factor/off": OWN,
    "POST /organizer/account/two-factor/recovery-codes": OWN,
    # Series and editions
    "GET /organizer/colors/<color>": SIGNED_IN,
    "GET /organizer/editions": SIGNED_IN,
    "GET /organizer/editions/new": across(P.CREATE_EDITIONS),
    "POST /organizer/editions/new": across(P.CREATE_EDITIONS),
    "GET /organizer/series/new": across(P.CREATE_EDITIONS),
    "POST /organizer/series/new": across(P.CREATE_EDITIONS),
    "GET /organizer/series/<code>": across(P.CREATE_EDITIONS),
    "POST /organizer/series/<code>": across(P.CREATE_EDITIONS),
    # People and organizations across editions, while one types
    "GET /organizer/suggestions/people": across(P.SEE_PEOPLE),
    "GET /organizer/suggestions/organizations": across_whole(P.SEE_PEOPLE),
    "GET /organizer/suggestions/titles": across(P.SEE_PEOPLE),
    # An edition
    "GET /organizer/<edition>/": P.SEE_EDITION,
    "GET /organizer/<edition>/images/<id:image_id>": P.SEE_EDITION,  # of what one may see there
    "GET /organizer/<edition>/settings": P.SEE_EDITION,
    "POST /organizer/<edition>/settings": P.EDIT_EDITION,
    "GET /organizer/<edition>/clone": P.CREATE_EDITIONS,
    "POST /organizer/<edition>/clone": P.CREATE_EDITIONS,
    "POST /organizer/<edition>/settings/archive": P.ARCHIVE_EDITION,
    "POST /organizer/<edition>/settings/reopen": P.ARCHIVE_EDITION,
    "GET /organizer/<edition>/pages": P.SEE_EDITION,
    "GET /organizer/<edition>/pages/<code>": P.SEE_EDITION,
    "POST /organizer/<edition>/pages/<code>": P.EDIT_EDITION,
    "GET /organizer/<edition>/pages/new": P.EDIT_EDITION,
    "POST /organizer/<edition>/pages/new": P.EDIT_EDITION,
    "POST /organizer/<edition>/pages/<code>/remove": P.EDIT_EDITION,
    "POST /organizer/<edition>/pages/order": P.EDIT_EDITION,
    "POST /organizer/<edition>/pages/preview": P.EDIT_EDITION,
    "GET /organizer/<edition>/hosts": P.SEE_EDITION,
    "POST /organizer/<edition>/hosts/order": P.EDIT_EDITION,
    "GET /organizer/<edition>/hosts/new": P.EDIT_EDITION,
    "POST /organizer/<edition>/hosts/new": P.EDIT_EDITION,
    "GET /organizer/<edition>/hosts/<id:host_id>": P.SEE_EDITION,
    "POST /organizer/<edition>/hosts/<id:host_id>": P.EDIT_EDITION,
    "POST /organizer/<edition>/hosts/<id:host_id>/remove": P.EDIT_EDITION,
    "POST /organizer/<edition>/hosts/levels/order": P.EDIT_EDITION,
    "GET /organizer/<edition>/hosts/levels/new": P.EDIT_EDITION,
    "POST /organizer/<edition>/hosts/levels/new": P.EDIT_EDITION,
    "GET /organizer/<edition>/hosts/levels/<id:level_id>": P.SEE_EDITION,
    "POST /organizer/<edition>/hosts/levels/<id:level_id>": P.EDIT_EDITION,
    "POST /organizer/<edition>/hosts/levels/<id:level_id>/remove": P.EDIT_EDITION,
    "GET /organizer/<edition>/venues": P.SEE_EDITION,
    "GET /organizer/<edition>/venues/<id:venue_id>": P.SEE_EDITION,
    "POST /organizer/<edition>/venues/<id:venue_id>": P.EDIT_EDITION,
    "GET /organizer/<edition>/venues/new": P.EDIT_EDITION,
    "POST /organizer/<edition>/venues/new": P.EDIT_EDITION,
    "POST /organizer/<edition>/venues/<id:venue_id>/remove": P.EDIT_EDITION,
    "GET /organizer/<edition>/venues/rooms/<id:room_id>": P.SEE_EDITION,
    "POST /organizer/<edition>/venues/rooms/<id:room_id>": P.EDIT_EDITION,
    "POST /organizer/<edition>/venues/rooms/order": P.EDIT_EDITION,
    "GET /organizer/<edition>/venues/rooms/new": P.EDIT_EDITION,
    "POST /organizer/<edition>/venues/rooms/new": P.EDIT_EDITION,
    "POST /organizer/<edition>/venues/rooms/<id:room_id>/remove": P.EDIT_EDITION,
    # The calendar
    "GET /organizer/<edition>/calendar": P.SEE_EDITION,
    "POST /organizer/<edition>/calendar/lay-out": P.EDIT_EDITION,
    "GET /organizer/<edition>/calendar/new": P.EDIT_EDITION,
    "POST /organizer/<edition>/calendar/new": P.EDIT_EDITION,
    "GET /organizer/<edition>/calendar/shift": P.EDIT_EDITION,
    "POST /organizer/<edition>/calendar/shift": P.EDIT_EDITION,
    "GET /organizer/<edition>/calendar/<id:task_id>": P.SEE_EDITION,
    "POST /organizer/<edition>/calendar/<id:task_id>": P.DO_TASKS,  # of one's own role
    "POST /organizer/<edition>/calendar/<id:task_id>/tick": P.DO_TASKS,
    "POST /organizer/<edition>/calendar/<id:task_id>/untick": P.DO_TASKS,
    "POST /organizer/<edition>/calendar/<id:task_id>/move": P.EDIT_EDITION,
    "POST /organizer/<edition>/calendar/<id:task_id>/remove": P.EDIT_EDITION,
    # What goes
    "GET /organizer/<edition>/retention": P.SEE_EDITION,
    "GET /organizer/<edition>/retention/<kind>": P.SEE_EDITION,
    "POST /organizer/<edition>/retention/<kind>": P.EDIT_EDITION,
    "GET /organizer/<edition>/removed": P.SEE_EDITION,
    "POST /organizer/<edition>/removed/<id:removal_id>/restore": row(P.EDIT_DELEGATIONS),  # as whatever was removed
    "GET /organizer/<edition>/log": P.SEE_LOG,
    # Who works on it
    "GET /organizer/<edition>/access": P.MANAGE_ACCESS,
    "GET /organizer/<edition>/access/<id:account_id>": P.MANAGE_ACCESS,
    "POST /organizer/<edition>/access/<id:account_id>": P.MANAGE_ACCESS,
    "POST /organizer/<edition>/access/<id:account_id>/invite-again": P.MANAGE_ACCESS,
    "POST /organizer/<edition>/access/<id:account_id>/take-away": P.MANAGE_ACCESS,
    "GET /organizer/<edition>/access/invite": P.MANAGE_ACCESS,
    "POST /organizer/<edition>/access/invite": P.MANAGE_ACCESS,
    "POST /organizer/<edition>/access/two-factor": P.MANAGE_ACCESS,
    "GET /organizer/<edition>/access/tokens": P.MANAGE_ACCESS,
    "GET /organizer/<edition>/access/tokens/new": P.MANAGE_ACCESS,
    "POST /organizer/<edition>/access/tokens/new": P.MANAGE_ACCESS,
    "POST /organizer/<edition>/access/tokens/<id:token_id>/revoke": P.MANAGE_ACCESS,
    # The agenda
    "GET /organizer/<edition>/agenda": P.SEE_AGENDA,
    "GET /organizer/<edition>/agenda/sessions/<id:session_id>": P.SEE_AGENDA,
    "POST /organizer/<edition>/agenda/sessions/<id:session_id>": P.EDIT_AGENDA,
    "GET /organizer/<edition>/agenda/sessions/new": P.EDIT_AGENDA,
    "POST /organizer/<edition>/agenda/sessions/new": P.EDIT_AGENDA,
    "POST /organizer/<edition>/agenda/sessions/<id:session_id>/remove": P.EDIT_AGENDA,
    "GET /organizer/<edition>/agenda/sessions/<id:session_id>/items/<id:item_id>": P.SEE_AGENDA,
    "POST /organizer/<edition>/agenda/sessions/<id:session_id>/items/<id:item_id>": P.EDIT_AGENDA,
    "GET /organizer/<edition>/agenda/sessions/<id:session_id>/items/new": P.EDIT_AGENDA,
    "POST /organizer/<edition>/agenda/sessions/<id:session_id>/items/new": P.EDIT_AGENDA,
    "POST /organizer/<edition>/agenda/sessions/<id:session_id>/items/<id:item_id>/remove": P.EDIT_AGENDA,
    "GET /organizer/<edition>/agenda/sessions/<id:session_id>/roles/new": P.EDIT_AGENDA,
    "POST /organizer/<edition>/agenda/sessions/<id:session_id>/roles/new": P.EDIT_AGENDA,
    "POST /organizer/<edition>/agenda/sessions/<id:session_id>/roles/<id:role_id>/remove": P.EDIT_AGENDA,
    "POST /organizer/<edition>/agenda/tracks/<id:track_id>/remove": P.EDIT_AGENDA,
    "GET /organizer/<edition>/agenda/versions": P.SEE_AGENDA,
    "POST /organizer/<edition>/agenda/versions": P.PUBLISH_AGENDA,
    # Registrations
    "GET /organizer/<edition>/registrations": P.SEE_REGISTRATIONS,
    "GET /organizer/<edition>/registrations/<id:registration_id>": row(P.SEE_REGISTRATIONS),
    "POST /organizer/<edition>/registrations/<id:registration_id>/cancel": row(P.EDIT_REGISTRATIONS),
    "POST /organizer/<edition>/registrations/<id:registration_id>/confirm": P.DECIDE_REGISTRATIONS,
    "POST /organizer/<edition>/registrations/<id:registration_id>/decline": P.DECIDE_REGISTRATIONS,
    "POST /organizer/<edition>/registrations/<id:registration_id>/vip": P.DECIDE_REGISTRATIONS,
    "GET /organizer/<edition>/registrations/new": whole(P.DECIDE_REGISTRATIONS),
    "POST /organizer/<edition>/registrations/new": whole(P.DECIDE_REGISTRATIONS),
    "POST /organizer/<edition>/registrations/<id:registration_id>/badge": row(P.PRINT),
    "GET /organizer/<edition>/registrations/types": P.SEE_EDITION,
    "GET /organizer/<edition>/registrations/types/<code>": P.SEE_EDITION,
    "POST /organizer/<edition>/registrations/types/<code>": P.EDIT_EDITION,
    "GET /organizer/<edition>/registrations/types/new": P.EDIT_EDITION,
    "POST /organizer/<edition>/registrations/types/new": P.EDIT_EDITION,
    "POST /organizer/<edition>/registrations/types/<code>/remove": P.EDIT_EDITION,
    "POST /organizer/<edition>/registrations/types/order": P.EDIT_EDITION,
    # People and organizations
    "GET /organizer/<edition>/people": P.SEE_PEOPLE,
    "GET /organizer/<edition>/people/<id:person_id>": row(P.SEE_PEOPLE),
    "POST /organizer/<edition>/people/<id:person_id>": row(P.EDIT_PEOPLE),
    "GET /organizer/<edition>/people/new": whole(P.EDIT_PEOPLE),
    "POST /organizer/<edition>/people/new": whole(P.EDIT_PEOPLE),
    "GET /organizer/<edition>/people/import/<kind>": whole(P.EDIT_PEOPLE),
    "POST /organizer/<edition>/people/import/<kind>": whole(P.EDIT_PEOPLE),
    "GET /organizer/<edition>/people/import/<kind>/sample.<form>": whole(P.EDIT_PEOPLE),
    "GET /organizer/<edition>/people/export/<kind>.<form>": whole(P.SEE_PEOPLE),
    "GET /organizer/<edition>/imports/<id:run_id>": whole(P.EDIT_PEOPLE),
    "POST /organizer/<edition>/imports/<id:run_id>": whole(P.EDIT_PEOPLE),
    "GET /organizer/<edition>/imports/<id:run_id>/progress": whole(P.EDIT_PEOPLE),
    "POST /organizer/<edition>/imports/<id:run_id>/start": whole(P.EDIT_PEOPLE),
    "POST /organizer/<edition>/imports/<id:run_id>/cancel": whole(P.EDIT_PEOPLE),
    "GET /organizer/<edition>/organizations": whole(P.SEE_PEOPLE),
    "GET /organizer/<edition>/organizations/<id:organization_id>": whole(P.SEE_PEOPLE),
    "POST /organizer/<edition>/organizations/<id:organization_id>": whole(P.EDIT_PEOPLE),
    "GET /organizer/<edition>/organizations/new": whole(P.EDIT_PEOPLE),
    "POST /organizer/<edition>/organizations/new": whole(P.EDIT_PEOPLE),
    # Delegations
    "GET /organizer/<edition>/delegations": P.SEE_DELEGATIONS,
    "GET /organizer/<edition>/delegations/<code>": row(P.SEE_DELEGATIONS),
    "POST /organizer/<edition>/delegations/<code>/remove": P.SET_UP_DELEGATIONS,
    "POST /organizer/<edition>/delegations/<code>/members/<id:member_id>/remove": row(P.EDIT_DELEGATIONS),
    "POST /organizer/<edition>/delegations/<code>/itinerary/<id:item_id>/remove": row(P.EDIT_DELEGATIONS),
    # Name proofs
    "GET /organizer/<edition>/name-proofs": P.SEE_PROOFS,
    "GET /organizer/<edition>/name-proofs/not-approved": P.SEE_PROOFS,
    "GET /organizer/<edition>/name-proofs/new": P.SEE_PROOFS,
    "POST /organizer/<edition>/name-proofs/new": P.EDIT_PROOFS,
    "GET /organizer/<edition>/name-proofs/<id:proof_id>": row(P.SEE_PROOFS),
    "GET /organizer/<edition>/name-proofs/<id:proof_id>/edit": row(P.SEE_PROOFS),
    "POST /organizer/<edition>/name-proofs/<id:proof_id>/edit": row(P.EDIT_PROOFS),
    "GET /organizer/<edition>/name-proofs/<id:proof_id>/people": row(P.SEE_PROOFS),
    "POST /organizer/<edition>/name-proofs/<id:proof_id>/people": row(P.EDIT_PROOFS),
    "POST /organizer/<edition>/name-proofs/<id:proof_id>/people/<id:entry_id>/remove": row(P.EDIT_PROOFS),
    "POST /organizer/<edition>/name-proofs/<id:proof_id>/members": row(P.EDIT_PROOFS),
    "POST /organizer/<edition>/name-proofs/<id:proof_id>/order": row(P.EDIT_PROOFS),
    "POST /organizer/<edition>/name-proofs/<id:proof_id>/send": row(P.EDIT_PROOFS),
    "POST /organizer/<edition>/name-proofs/<id:proof_id>/sent": row(P.EDIT_PROOFS),
    "POST /organizer/<edition>/name-proofs/<id:proof_id>/end-links": row(P.EDIT_PROOFS),
    "POST /organizer/<edition>/name-proofs/<id:proof_id>/remove": row(P.EDIT_PROOFS),
    "GET /organizer/<edition>/name-proofs/<id:proof_id>/corrections/<id:correction_id>": row(P.SEE_PROOFS),
    "POST /organizer/<edition>/name-proofs/<id:proof_id>/corrections/<id:correction_id>/accept": row(P.EDIT_PROOFS),
    "POST /organizer/<edition>/name-proofs/<id:proof_id>/corrections/<id:correction_id>/decline": row(P.EDIT_PROOFS),
    # Paper
    "GET /organizer/<edition>/paper": P.PRINT,
    "GET /organizer/<edition>/paper/progress": P.PRINT,
    "GET /organizer/<edition>/paper/check": P.PRINT,
    "GET /organizer/<edition>/paper/outdated": P.PRINT,
    "POST /organizer/<edition>/paper/outdated/<id:registration_id>/print": row(P.PRINT),
    "POST /organizer/<edition>/paper/jobs": P.PRINT,
    "POST /organizer/<edition>/paper/jobs/<id:job_id>/cancel": row(P.PRINT),
    "GET /organizer/<edition>/paper/jobs/<id:job_id>/file": row(P.PRINT),
    # Mail
    "GET /organizer/<edition>/mail": P.SEE_MAIL,
    "POST /organizer/<edition>/mail/<id:message_id>/send": P.SEND_MAIL,
}

_OPERATIONS: dict[str, What] = {
    "GET /docs": PUBLIC,
    "GET /openapi.json": PUBLIC,
    # Across editions
    "GET /series": SIGNED_IN,
    "POST /series": across(P.CREATE_EDITIONS),
    "GET /series/<slug:code>": SIGNED_IN,
    "PATCH /series/<slug:code>": across(P.CREATE_EDITIONS),
    "GET /editions": PUBLIC,
    "POST /editions": across(P.CREATE_EDITIONS),
    "GET /people": across(P.SEE_PEOPLE),
    "POST /people": across_whole(P.EDIT_PEOPLE),
    "GET /people/<id:person_id>": across_row(P.SEE_PEOPLE),
    "PATCH /people/<id:person_id>": across_row(P.EDIT_PEOPLE),
    "GET /people/<id:person_id>/affiliations": across_row(P.SEE_PEOPLE),
    "POST /people/<id:person_id>/affiliations": across_row(P.EDIT_PEOPLE),
    "GET /organizations": across_whole(P.SEE_PEOPLE),
    "POST /organizations": across_whole(P.EDIT_PEOPLE),
    "GET /organizations/<id:organization_id>": across_whole(P.SEE_PEOPLE),
    "PATCH /organizations/<id:organization_id>": across_whole(P.EDIT_PEOPLE),
    # An edition
    "GET /editions/<slug:edition>": PUBLIC,
    "PATCH /editions/<slug:edition>": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/clone-plan": P.CREATE_EDITIONS,
    "POST /editions/<slug:edition>/clones": P.CREATE_EDITIONS,
    "POST /editions/<slug:edition>/archive": P.ARCHIVE_EDITION,
    "GET /editions/<slug:edition>/logo": PUBLIC,
    "PUT /editions/<slug:edition>/logo": P.EDIT_EDITION,
    "DELETE /editions/<slug:edition>/logo": P.EDIT_EDITION,
    "POST /editions/<slug:edition>/reopen": P.ARCHIVE_EDITION,
    "GET /editions/<slug:edition>/hosts": PUBLIC,
    "POST /editions/<slug:edition>/hosts": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/hosts/<id:host_id>/logo": PUBLIC,
    "PUT /editions/<slug:edition>/hosts/<id:host_id>/logo": P.EDIT_EDITION,
    "DELETE /editions/<slug:edition>/hosts/<id:host_id>/logo": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/sponsor-levels": P.SEE_EDITION,
    "POST /editions/<slug:edition>/sponsor-levels": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/sponsor-levels/<id:level_id>": P.SEE_EDITION,
    "PATCH /editions/<slug:edition>/sponsor-levels/<id:level_id>": P.EDIT_EDITION,
    "DELETE /editions/<slug:edition>/sponsor-levels/<id:level_id>": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/sponsor-levels/order": P.SEE_EDITION,
    "PUT /editions/<slug:edition>/sponsor-levels/order": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/hosts/order": P.SEE_EDITION,
    "PUT /editions/<slug:edition>/hosts/order": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/hosts/<id:host_id>": PUBLIC,
    "PATCH /editions/<slug:edition>/hosts/<id:host_id>": P.EDIT_EDITION,
    "DELETE /editions/<slug:edition>/hosts/<id:host_id>": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/content-pages": P.SEE_EDITION,
    "POST /editions/<slug:edition>/content-pages": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/content-pages/order": P.SEE_EDITION,
    "PUT /editions/<slug:edition>/content-pages/order": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/content-pages/<slug:code>": P.SEE_EDITION,
    "GET /editions/<slug:edition>/content-pages/<slug:code>/picture": P.SEE_EDITION,
    "PUT /editions/<slug:edition>/content-pages/<slug:code>/picture": P.EDIT_EDITION,
    "DELETE /editions/<slug:edition>/content-pages/<slug:code>/picture": P.EDIT_EDITION,
    "PATCH /editions/<slug:edition>/content-pages/<slug:code>": P.EDIT_EDITION,
    "DELETE /editions/<slug:edition>/content-pages/<slug:code>": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/venues": P.SEE_EDITION,
    "POST /editions/<slug:edition>/venues": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/venues/<id:venue_id>": P.SEE_EDITION,
    "GET /editions/<slug:edition>/venues/<id:venue_id>/floor-plan": P.SEE_EDITION,
    "PUT /editions/<slug:edition>/venues/<id:venue_id>/floor-plan": P.EDIT_EDITION,
    "DELETE /editions/<slug:edition>/venues/<id:venue_id>/floor-plan": P.EDIT_EDITION,
    "PATCH /editions/<slug:edition>/venues/<id:venue_id>": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/rooms": P.SEE_EDITION,
    "POST /editions/<slug:edition>/rooms": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/rooms/order": P.SEE_EDITION,
    "PUT /editions/<slug:edition>/rooms/order": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/rooms/<id:room_id>": P.SEE_EDITION,
    "PATCH /editions/<slug:edition>/rooms/<id:room_id>": P.EDIT_EDITION,
    "DELETE /editions/<slug:edition>/rooms/<id:room_id>": P.EDIT_EDITION,
    "DELETE /editions/<slug:edition>/venues/<id:venue_id>": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/overview": P.SEE_EDITION,
    "GET /editions/<slug:edition>/tasks": P.SEE_EDITION,
    "POST /editions/<slug:edition>/tasks": P.EDIT_EDITION,
    "POST /editions/<slug:edition>/tasks/moves": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/tasks/<id:task_id>": P.SEE_EDITION,
    "PATCH /editions/<slug:edition>/tasks/<id:task_id>": P.DO_TASKS,  # of one's own role
    "DELETE /editions/<slug:edition>/tasks/<id:task_id>": P.EDIT_EDITION,
    "POST /editions/<slug:edition>/tasks/<id:task_id>/tick": P.DO_TASKS,
    "POST /editions/<slug:edition>/tasks/<id:task_id>/untick": P.DO_TASKS,
    "POST /editions/<slug:edition>/calendar": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/audit-events": P.SEE_LOG,
    "GET /editions/<slug:edition>/removals": P.SEE_EDITION,
    # As whatever was removed: here an item of an itinerary
    "GET /editions/<slug:edition>/removals/<id:removal_id>": row(P.EDIT_DELEGATIONS, also=P.SEE_EDITION),
    "POST /editions/<slug:edition>/removals/<id:removal_id>/restore": row(P.EDIT_DELEGATIONS, also=P.SEE_EDITION),
    "GET /editions/<slug:edition>/retention-rules": P.SEE_EDITION,
    "GET /editions/<slug:edition>/retention-rules/<slug:kind>": P.SEE_EDITION,
    "PATCH /editions/<slug:edition>/retention-rules/<slug:kind>": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/purge-reports": whole(P.SEE_REGISTRATIONS),
    # The agenda
    "GET /editions/<slug:edition>/tracks": P.SEE_AGENDA,
    "POST /editions/<slug:edition>/tracks": P.EDIT_AGENDA,
    "GET /editions/<slug:edition>/tracks/<id:track_id>": P.SEE_AGENDA,
    "PATCH /editions/<slug:edition>/tracks/<id:track_id>": P.EDIT_AGENDA,
    "DELETE /editions/<slug:edition>/tracks/<id:track_id>": P.EDIT_AGENDA,
    "GET /editions/<slug:edition>/sessions": P.SEE_AGENDA,
    "POST /editions/<slug:edition>/sessions": P.EDIT_AGENDA,
    "GET /editions/<slug:edition>/sessions/<id:session_id>": P.SEE_AGENDA,
    "PATCH /editions/<slug:edition>/sessions/<id:session_id>": P.EDIT_AGENDA,
    "DELETE /editions/<slug:edition>/sessions/<id:session_id>": P.EDIT_AGENDA,
    "GET /editions/<slug:edition>/sessions/<id:session_id>/items": P.SEE_AGENDA,
    "POST /editions/<slug:edition>/sessions/<id:session_id>/items": P.EDIT_AGENDA,
    "GET /editions/<slug:edition>/sessions/<id:session_id>/items/<id:item_id>": P.SEE_AGENDA,
    "PATCH /editions/<slug:edition>/sessions/<id:session_id>/items/<id:item_id>": P.EDIT_AGENDA,
    "DELETE /editions/<slug:edition>/sessions/<id:session_id>/items/<id:item_id>": P.EDIT_AGENDA,
    "GET /editions/<slug:edition>/sessions/<id:session_id>/roles": P.SEE_AGENDA,
    "POST /editions/<slug:edition>/sessions/<id:session_id>/roles": P.EDIT_AGENDA,
    "GET /editions/<slug:edition>/sessions/<id:session_id>/roles/<id:role_id>": P.SEE_AGENDA,
    "DELETE /editions/<slug:edition>/sessions/<id:session_id>/roles/<id:role_id>": P.EDIT_AGENDA,
    "GET /editions/<slug:edition>/findings": P.SEE_AGENDA,
    "GET /editions/<slug:edition>/agenda-versions": PUBLIC,
    "POST /editions/<slug:edition>/agenda-versions": P.PUBLISH_AGENDA,
    "GET /editions/<slug:edition>/agenda-versions/<number:number>": PUBLIC,
    "GET /editions/<slug:edition>/speakers": PUBLIC,
    "GET /editions/<slug:edition>/speakers/<id:person_id>": PUBLIC,
    # Registrations
    "GET /editions/<slug:edition>/registration-types": PUBLIC,
    "POST /editions/<slug:edition>/registration-types": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/registration-types/order": P.SEE_EDITION,
    "PUT /editions/<slug:edition>/registration-types/order": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/registration-types/<slug:code>": PUBLIC,
    "PATCH /editions/<slug:edition>/registration-types/<slug:code>": P.EDIT_EDITION,
    "DELETE /editions/<slug:edition>/registration-types/<slug:code>": P.EDIT_EDITION,
    "GET /editions/<slug:edition>/registrations": P.SEE_REGISTRATIONS,
    "POST /editions/<slug:edition>/registrations": PUBLIC,
    "GET /editions/<slug:edition>/registrations/<id:registration_id>": row(P.SEE_REGISTRATIONS),
    "PATCH /editions/<slug:edition>/registrations/<id:registration_id>": row(P.EDIT_REGISTRATIONS),
    "POST /editions/<slug:edition>/registrations/<id:registration_id>/cancel": row(P.EDIT_REGISTRATIONS),
    "POST /editions/<slug:edition>/registrations/<id:registration_id>/confirm": P.DECIDE_REGISTRATIONS,
    "POST /editions/<slug:edition>/registrations/<id:registration_id>/decline": P.DECIDE_REGISTRATIONS,
    # People in an edition
    "GET /editions/<slug:edition>/people/<id:person_id>/titles": row(P.SEE_PEOPLE),
    "POST /editions/<slug:edition>/people/<id:person_id>/titles": row(P.EDIT_PEOPLE),
    "GET /editions/<slug:edition>/people/<id:person_id>/titles/<number:position>": row(P.SEE_PEOPLE),
    "PATCH /editions/<slug:edition>/people/<id:person_id>/titles/<number:position>": row(P.EDIT_PEOPLE),
    "GET /editions/<slug:edition>/precedence-lists": P.SEE_PRECEDENCE,
    "POST /editions/<slug:edition>/precedence-lists": P.EDIT_PRECEDENCE,
    "GET /editions/<slug:edition>/precedence-lists/<slug:scope>": P.SEE_PRECEDENCE,
    "PATCH /editions/<slug:edition>/precedence-lists/<slug:scope>": P.EDIT_PRECEDENCE,
    "GET /editions/<slug:edition>/precedence-lists/<slug:scope>/entries": P.SEE_PRECEDENCE,
    "POST /editions/<slug:edition>/precedence-lists/<slug:scope>/entries": P.EDIT_PRECEDENCE,
    "GET /editions/<slug:edition>/precedence-lists/<slug:scope>/entries/<id:entry_id>": row(P.SEE_PRECEDENCE),
    "PATCH /editions/<slug:edition>/precedence-lists/<slug:scope>/entries/<id:entry_id>": P.EDIT_PRECEDENCE,
    "DELETE /editions/<slug:edition>/precedence-lists/<slug:scope>/entries/<id:entry_id>": P.EDIT_PRECEDENCE,
    # Delegations
    "GET /editions/<slug:edition>/delegations": P.SEE_DELEGATIONS,
    "POST /editions/<slug:edition>/delegations": P.SET_UP_DELEGATIONS,
    "GET /editions/<slug:edition>/delegations/<slug:code>": row(P.SEE_DELEGATIONS),
    "PATCH /editions/<slug:edition>/delegations/<slug:code>": row(P.EDIT_DELEGATIONS),
    "DELETE /editions/<slug:edition>/delegations/<slug:code>": P.SET_UP_DELEGATIONS,
    "GET /editions/<slug:edition>/delegations/<slug:code>/members": row(P.SEE_DELEGATIONS),
    "POST /editions/<slug:edition>/delegations/<slug:code>/members": row(P.EDIT_DELEGATIONS),
    "GET /editions/<slug:edition>/delegations/<slug:code>/members/<id:member_id>": row(P.SEE_DELEGATIONS),
    "DELETE /editions/<slug:edition>/delegations/<slug:code>/members/<id:member_id>": row(P.EDIT_DELEGATIONS),
    "GET /editions/<slug:edition>/itinerary-items": P.SEE_ITINERARIES,
    "POST /editions/<slug:edition>/itinerary-items": P.EDIT_DELEGATIONS,
    "GET /editions/<slug:edition>/itinerary-items/<id:item_id>": row(P.SEE_ITINERARIES),
    "PATCH /editions/<slug:edition>/itinerary-items/<id:item_id>": row(P.EDIT_DELEGATIONS),
    "DELETE /editions/<slug:edition>/itinerary-items/<id:item_id>": row(P.EDIT_DELEGATIONS),
    # Paper
    "GET /editions/<slug:edition>/outdated-badges": P.PRINT,
    "GET /editions/<slug:edition>/imports": whole(P.EDIT_PEOPLE),
    "POST /editions/<slug:edition>/imports": whole(P.EDIT_PEOPLE),
    "GET /editions/<slug:edition>/imports/<id:run_id>": whole(P.EDIT_PEOPLE),
    "PATCH /editions/<slug:edition>/imports/<id:run_id>": whole(P.EDIT_PEOPLE),
    "GET /editions/<slug:edition>/imports/<id:run_id>/rows": whole(P.EDIT_PEOPLE),
    "POST /editions/<slug:edition>/imports/<id:run_id>/confirm": whole(P.EDIT_PEOPLE),
    "POST /editions/<slug:edition>/imports/<id:run_id>/cancel": whole(P.EDIT_PEOPLE),
    "GET /editions/<slug:edition>/print-jobs": P.PRINT,
    "POST /editions/<slug:edition>/print-jobs": P.PRINT,
    "GET /editions/<slug:edition>/print-jobs/<id:job_id>": row(P.PRINT),
    "POST /editions/<slug:edition>/print-jobs/<id:job_id>/cancel": row(P.PRINT),
    "GET /editions/<slug:edition>/print-jobs/<id:job_id>/file": row(P.PRINT),
}
API = "/api/v1"
OPERATIONS = {f"{method} {API}{path}": what for (method, path), what in (
    (route.split(" ", 1), what) for route, what in _OPERATIONS.items()
)}  # fmt: skip
ROUTES: dict[str, What] = {**PAGES, **OPERATIONS}
