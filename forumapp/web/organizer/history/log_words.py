"""Labels of everything in the log: kinds of records, their fields, and actions.

A test checks that every table, column and action has a label.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from forumapp.web.organizer.history.log_fields import FIELDS, OF_TABLE

# By table.
RECORDS: dict[str, Any] = {
    "account": _l("Account"),
    "affiliation": _l("Post of a person"),
    "agenda_plan": _l("Set time of publishing"),
    "agenda_version": _l("Version of the agenda"),
    "api_token": _l("API token"),
    "badge_design": _l("Badge design"),
    "badge_stock": _l("Stock of badges"),
    "badge_printer": _l("Printer"),
    "consent_text": _l("Text of a consent"),
    "content_page": _l("Content page"),
    "clash_override": _l("Clash that is allowed"),
    "cue": _l("Cue"),
    "cue_sheet": _l("Run of show"),
    "delegation": _l("Delegation"),
    "delegation_member": _l("Member of a delegation"),
    "partition": _l("Division into groups"),
    "delegation_group": _l("Group of a delegation"),
    "group_member": _l("Member of a group"),
    "hotel_room": _l("Hotel room"),
    "room_stay": _l("Stay in a hotel room"),
    "vehicle": _l("Vehicle"),
    "coach_run": _l("Coach run"),
    "boarding": _l("Seat in a coach"),
    "delegation_supporter": _l("Supporter of a delegation"),
    "checkin_device": _l("Device for check-in"),
    "checkpoint": _l("Checkpoint"),
    "rehearsal": _l("Rehearsal of check-in"),
    "scan": _l("Scan"),
    "scan_review": _l("Scan that was looked at"),
    "checkpoint_type": _l("Registration type that passes a checkpoint"),
    "distinct_pair": _l("Two that are not the same"),
    "edition": _l("Edition"),
    "edition_access": _l("Access"),
    "edition_host": _l("Host"),
    "edition_places": _l("Places of the whole forum"),
    "edition_title": _l("Title in this edition"),
    "image": _l("Picture"),
    "bulk_run": _l("Change of several registrations"),
    "import_run": _l("Import"),
    "finding_severity": _l("How pressing a finding is"),
    "interpretation_channel": _l("Interpretation channel"),
    "invitation": _l("Invitation"),
    "item_audience": _l("Whom an itinerary item is for"),
    "itinerary_given_out": _l("Itineraries given out"),
    "itinerary_item": _l("Itinerary item"),
    "itinerary_place": _l("Place of itineraries"),
    "itinerary_settings": _l("Minutes and emergency numbers of itineraries"),
    "itinerary_telling": _l("Changes of an itinerary told"),
    "letter": _l("Letter"),
    "letter_form": _l("Text and signatory of letters"),
    "mailing": _l("Mailing"),
    "mail_reminder": _l("Reminder"),
    "mail_text": _l("Text of a mail"),
    "merge": _l("Merge of two records"),
    "message": _l("Mail"),
    "name_proof": _l("Name check"),
    "organization": _l("Organization"),
    "person": _l("Person"),
    "place_block": _l("Block of places"),
    "precedence_entry": _l("Place in an order of precedence"),
    "precedence_list": _l("Order of precedence"),
    "print_job": _l("Print job"),
    "print_line": _l("Printed card"),
    "proof_correction": _l("Correction in a name check"),
    "proof_entry": _l("Person in a name check"),
    "registration": _l("Registration"),
    "registration_group": _l("Group with one contact"),
    "registration_type": _l("Registration type"),
    "retention_rule": _l("Data retention"),
    "role_assignment": _l("Part in a session"),
    "room": _l("Room"),
    "seat": _l("Seat"),
    "seating_plan": _l("Seating plan"),
    "series": _l("Series"),
    "session": _l("Session"),
    "session_sign_up": _l("Place in a session"),
    "session_item": _l("Item of a session"),
    "speaker": _l("Agreement with a speaker"),
    "speaker_availability": _l("When a speaker is free"),
    "sponsor_level": _l("Sponsor level"),
    "task": _l("Task"),
    "title_pair": _l("Approved title"),
    "track": _l("Track"),
    "travel_leg": _l("Leg of a journey"),
    "venue": _l("Venue"),
}
# Parts that a record can lose while it stays, among what can be restored.
PARTS: dict[str, Any] = {
    "answer_file": _l("File of an answer"),
    "photo": _l("Photo of a person"),
    "picture": _l("Picture"),
    "question": _l("Question of a form"),
    "group_moves": _l("Move of people to a group"),
}

# What someone did to a record, after their name.
ACTIONS: dict[str, Any] = {
    "created": _l("added it"),
    "changed": _l("changed it"),
    "removed": _l("removed it"),
    "restored": _l("restored it"),
    "moved": _l("moved it"),
    "let-pass": _l("let the person pass although the rules refused"),
    "vip-alert-seen": _l("saw that the VIP's code was scanned"),
    "marked-by-scan": _l("marked who is there, by a code that was scanned"),
    "code-renewed": _l("made a new code for signing in"),
    "marked-by-captain": _l("marked who is there"),
    "departed-by-captain": _l("closed it for departure"),
    "approved": _l("approved it"),
    "unapproved": _l("took the approval back"),
    "registered": _l("registered"),
    "granted": _l("gave a role"),
    "invited-again": _l("sent the invitation again"),
    "revoked": _l("revoked it"),
    "not-published": _l("did not publish it: something stood against it"),
    "had-invited": _l("had speakers invited"),
    "had-reminded": _l("had speakers reminded"),
    "had-told": _l("had those told whom it concerns"),
    "published": _l("published it"),
    "printed-despite": _l("printed it despite problems"),
    "signs-printed-despite": _l("printed its door signs despite problems"),
    "sent": _l("sent it"),
    "id-seen": _l("saw an ID"),
    "id-seen-taken-back": _l("took back that an ID was seen"),
    "issued": _l("issued it"),
    "ended": _l("ended it"),
    "released": _l("released its unused places"),
    "stopped": _l("stopped it"),
    "address-stopped": _l("marked the address as one that takes no mail"),
    "address-cleared": _l("had mail sent to the address again"),
    "tested": _l("sent a test"),
    "reminded": _l("had a reminder sent"),
    "laid-out": _l("laid out the calendar"),
    "ticked": _l("ticked it off"),
    "unticked": _l("opened it again"),
    "archived": _l("archived it"),
    "cloned": _l("made it from another edition"),
    "departed": _l("closed it for departure"),
    "reopened": _l("reopened it"),
    "names-taken": _l("took today's names"),
    "sent-again": _l("sent it again"),
    "links-ended": _l("ended its links"),
    "email-confirmed": _l("confirmed the email address"),
    "accepted": _l("accepted it"),
    "agreed": _l("agreed"),
    "unsubscribed": _l("wants no more mail to an address"),
    "came-back": _l("wants mail to an address again"),
    "withdrew": _l("took a consent back"),
    "declined": _l("declined it"),
    "cancelled": _l("cancelled it"),
    "confirmed": _l("confirmed it"),
    "handed-on": _l("transferred it to another person"),
    "replaced": _l("ended it: another registration replaced it"),
    "given-back": _l("undid the transfer"),
    "given-code": _l("gave them a code, since they came to the desk without one"),
    "merged": _l("merged another record into it"),
    "exported": _l("exported people or organizations"),
    "exported-organizations": _l("exported organizations"),
    "exported-people": _l("exported people"),
    "took-rooms": _l("exported the rooming list"),
    "took-out": _l("exported registrations"),
    "took-out-attendance": _l("exported who came"),
    "erased": _l("erased the person's data on request"),
    "purged": _l("deleted data at the end of its retention"),
}
# And to an account, which belongs to no edition.
ACCOUNT_ACTIONS: dict[str, Any] = {
    "signed-in": _l("signed in"),
    "signed-out": _l("ended a sign-in"),
    "asked-for-password": _l("asked for a new password"),
    "password-changed": _l("changed the password"),
    "password-hashed-anew": _l("had the password stored more securely"),
    "accepted-invitation": _l("accepted the invitation"),
    "two-factor-begun": _l("began to set up two-factor sign-in"),
    "two-factor-on": _l("turned two-factor sign-in on"),
    "two-factor-off": _l("turned two-factor sign-in off"),
    "recovery-codes-made": _l("made new recovery codes"),
    "recovery-code-used": _l("used a recovery code"),
    "activated": _l("opened the account"),
    "deactivated": _l("closed the account"),
}

# Fields that mean nothing to readers, or must not be shown.
SILENT: frozenset[str] = frozenset(
    {
        "asked", "code_hash", "content", "file", "findings", "high_id", "joined", "kept_id", "link_number",
        "low_id", "moved", "next_in_queue", "printed", "reached_id", "renderer", "settings", "sha256", "sort_key",
        "token_hash", "totp_secret",
    }
)  # fmt: skip


def field_words(entity: str, field: str) -> str:
    return str(OF_TABLE.get((entity, field)) or FIELDS.get(field, field))


def record_words(entity: str) -> str:
    return str(RECORDS.get(entity) or PARTS.get(entity, entity))


def action_words(word: str) -> str:
    return str(ACTIONS.get(word) or ACCOUNT_ACTIONS.get(word, word))
