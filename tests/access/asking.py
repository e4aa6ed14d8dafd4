"""Asking for every route: its address for rows that are there, and a body that would have its effect."""

from __future__ import annotations

import re
from base64 import b64encode
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf

from forumapp.core.serving.render_pool import Workshop
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.previews.previews import PAGE, Beginning, Readers, keep_preview
from tests.access.routes import API, ROUTES
from tests.access.standing import LABELS, QUESTIONS
from tests.access.world import SLUG, roles_of
from tests.pictures import document, photo
from tests.web.organizer.house import PASSWORD

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.access.parties import Party
    from tests.access.world import World

PART = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
NAME = {"en": "Changed", "zh-Hans": "已改"}
ZONE = "America/Los_Angeles"
SPAN = {
    "start": {"wall": "2023-05-22T13:00:00", "zone": ZONE},
    "end": {"wall": "2023-05-22T14:00:00", "zone": ZONE},
}
DECISIONS = (
    "/cancel", "/confirm", "/table", "/decline", "/merge", "/tick", "/untick", "/archive", "/reopen", "/send", "/note-sent",
    "/end-links", "/take-names", "/close", "/revoke", "/reissue", "/reinstate", "/substitute", "/desk-substitute", "/give-back", "/release",
    "/copy-questions", "/new-code", "mailing_id>/start", "mailing_id>/stop", "rehearsal_id>/end", "/accredit", "/see-id", "/take-back-id-seen",
    "/confirm-latin-name",
    "plan_id>/take-back",
    "person_id>/invite", "person_id>/remind",
)  # fmt: skip
FORMS = tuple(f"/organizer/{part}/" for part in ("<edition>", "editions", "series"))
PICTURES = ("/logo", "/photo", "/picture", "/floor-plan")
# By a word of the address: the signed link that it takes.
LINKS = {
    "/u/": "unsubscribe",
    "/r/": "own",
    "/s/": "speaker",
    "/b/": "block",
    "/c/": "captain",
    "/g/": "group",
    "/e/": "email",
    "/email-confirmation-links/": "email",
    "/i/": "invited",
    "/block-links/": "block",
    "/invitation-links/": "invited",
    "/proof/": "proof",
    "/new-password/": "password",
    "/invitation/": "invitation",
}
# By a word of the address: what of the published agenda it shows.
PUBLISHED = {
    "/agenda/rooms/": "a",
    "/agenda/tracks/": "main",
    "/agenda/kinds/": "panel",
    "/agenda/sessions/": "trade",
    "/agenda/v/": "trade",
    "/agenda/screen/": "a",
}
MADE = {"code": "made", "name": NAME}


def routes_of(app: Flask) -> list[str]:
    """Method and rule of all that the application answers, but for its files."""
    return sorted(
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def address(world: World, route: str, party: Party, name: str = "owner") -> str:
    """The route's address, of rows of this delegation where it is about one's."""
    rule = route.split(" ", 1)[1]
    ids, house = world.ids, world.house
    member = "/registrations/" in rule and rule.endswith(("/confirm", "/decline"))
    known = {
        "edition": SLUG,
        "slug": SLUG,
        "series": "series",
        "scope": "program",
        "kind": "people" if "/people/" in rule else "registration-confirmed" if "mail" in rule else "diet",
        "purpose": "photo",
        "form": "csv",
        "number": 1,
        "position": 1,
        "color": "1f4e79",
        "stock": "herma-9012",
        "code": next((code for words, code in PUBLISHED.items() if words in rule), "") or party.code
        if "/delegations/" in rule or "/agenda/" in rule
        else "series"
        if "/series/" in rule
        else "stage"
        if "/seating" in rule
        else "a6-portrait-delegate"
        if "/designs/ready/" in rule
        else "badge"
        if "designs/" in rule
        else "welcome"
        if "pages/" in rule
        else "guest",
        "item_id": party.item_id if "/itinerary" in rule else ids["session_item_id"],
        "session_id": house.session_ids[0],
        "room_id": party.hotel_room_id if "/delegations/" in rule or "/hotel-rooms" in rule else house.room_id,
        "stay_id": party.stay_id,
        "person_id": house.person_id
        if "/speakers/" in rule or "/speaker-records/" in rule or "recipients/" in rule
        else party.person_id,
        "registration_id": party.applied_id if member else party.registration_id,
        "organization_id": party.organization_id,
        "supporter_id": party.supporter_id,
        "override_id": party.override_id,
        "telling_id": party.telling_id,
        "member_id": party.group_member_id if "groups/" in rule else party.member_id,
        "partition_id": party.partition_id,
        "transfer_id": party.transfer_id,
        "coach_run_id": party.coach_run_id,
        "boarding_id": party.boarding_id,
        "proof_id": party.proof_id,
        "role_id": ids["own_role_id" if rule.startswith("/s/") else "role_id"],
        "correction_id": ids["own_correction_id"] if rule.startswith("/s/") else party.correction_id,
        "affiliation_id": party.affiliation_id,
        "kept_id": party.organization_id if "/organizations/" in rule else party.person_id,
        "gone_id": house.organization_id if "/organizations/" in rule else house.person_id,
        "entry_id": party.proofed_id if "proof" in rule else party.entry_id,
        "job_id": party.queued_id if rule.endswith("/cancel") else party.job_id,
        "removal_id": party.removal_id,
        "question": "cv" if "/files/" in rule else QUESTIONS[0]["code"],
        "message_id": party.message_id,
        "bulk_id": party.bulk_id,
        "run_id": party.import_id,
        "letter_id": party.letter_id,
        "alert_id": party.alert_id,
        "scan_id": party.scan_id,
        "letter_kind": "certificate",
        "block_id": ids["block_id"],
        "group_id": party.group_id if "delegation" in rule else ids["group_id"],
        "invitation_id": ids[
            "named_id"
            if rule.endswith("/withdraw")
            else "revoked_id"
            if rule.endswith(("/restore", "/reinstate"))
            else "invitation_id"
        ],
        "sign_in_id": world.callers[name].sign_in_id or 1,
        "task_id": world.tasks[next(iter(roles_of(name)), "owner")],
        "key": page_for_all(world) if "<key>" in rule else "",
        "token": next((world.links[name] for word, name in LINKS.items() if word in rule), ""),
        **{
            key: ids[key]
            for key in (
                "track_id",
                "channel_id",
                "cue_id",
                "window_id",
                "place_id",
                "host_id",
                "image_id",
                "level_id",
                "venue_id",
                "checkpoint_id",
                "device_id",
                "rehearsal_id",
                "vehicle_id",
                "stock_id",
                "printer_id",
                "token_id",
                "account_id",
                "pair_id",
                "mailing_id",
                "plan_id",
                "writing_id",
                "reminder_id",
            )
        },
    }
    looks = rule.endswith(("/paper/check", "/paper/preview", "/print-preflight"))
    query = f"?paper=badges&delegation={party.code}" if looks else ""
    query = "?stock=herma-9012" if rule.endswith("/paper/calibration") else query
    query = "?first=2023-05-15&last=2023-05-15" if rule.endswith("/calendar/shift") else query
    query = f"?one={known['kept_id']}&other={known['gone_id']}" if rule.endswith("/apart") else query
    query = f"?checkpoint_id={known['checkpoint_id']}" if rule.endswith("<slug:edition>/roster") else query
    query = f"?job={known['job_id']}" if rule.endswith("/desk/badges") else query
    query = "?kind=number" if rule.endswith(("/form/new", "/form/preview")) else query
    return PART.sub(lambda found: str(known[found[1]]), rule) + query


def page_for_all(world: World) -> str:
    """A page of a paper that everyone in the edition may look at, drawn already; its key."""
    with pikepdf.new() as blank:
        blank.add_blank_page()
        blank.save(pdf := BytesIO())
    rack, edition_id = world.app.extensions["forumapp.previews"], world.house.edition_id
    found = keep_preview(
        edition_id,
        Beginning("blank", pdf.getvalue),
        Readers((Permission.SEE_EDITION,)),
        rack=rack,
        workshop=Workshop(None),
    )
    rack.put(f"{edition_id}-{found.key}-1-{PAGE}.webp", b"RIFF")
    return found.key


def body_of(world: World, route: str, party: Party) -> Any:
    """What an operation takes."""
    words, house, ids = party.words, world.house, world.ids
    bodies: dict[str, Any] = {
        "POST /series": MADE,
        "PATCH /series/": {"name": NAME},
        "POST /editions": {
            "slug": "made",
            "series_id": world.ids["series_id"],
            "ordinal": 9,
            "year": 2024,
            "name": NAME,
            "starts_on": "2024-05-22",
            "ends_on": "2024-05-22",
            "zone": ZONE,
            "languages": ["en"],
        },
        "POST /people": {"latin_family": "Made", "latin_given": "Ann"},
        "PATCH /people/": {"pronunciation": "changed"},
        "/erase": {"mark": "0" * 32, "confirmed": True},
        "/affiliations": {"organization_id": party.organization_id, "title": NAME},
        "POST /organizations": {"legal": NAME},
        "PATCH /people/<id:person_id>/affiliations/": {"title": NAME},
        "PUT /people/<id:person_id>/affiliations/order": {"ids": [party.affiliation_id]},
        "POST /people/distinct-pairs": {"one_id": party.person_id, "other_id": house.person_id},
        "POST /people/<id:person_id>/merge": {"gone_id": house.person_id, "gone_version": 1},
        "POST /organizations/distinct-pairs": {
            "one_id": party.organization_id,
            "other_id": house.organization_id,
        },
        "POST /organizations/<id:organization_id>/merge": {"gone_id": house.organization_id, "gone_version": 1},
        "POST /title-pairs": {"title": NAME},
        "PATCH /title-pairs/": {"title": NAME},
        "PATCH /organizations/": {"legal": NAME},
        "POST .../clones": {"ordinal": 9, "starts_on": "2024-05-22"},
        "PATCH /editions/<slug:edition>": {"theme": NAME},
        "POST .../hosts": {"organization_id": party.organization_id, "role": "sponsor"},
        "PATCH .../hosts/": {"remark": NAME},
        "POST .../sponsor-levels": {"name": NAME},
        "PUT .../sponsor-levels/order": {"ids": [ids["other_level_id"], ids["level_id"]]},
        "PUT .../finding-severities": {"severities": {"too-long": "ignore"}},
        "PUT .../hosts/order": {"ids": [ids[name] for name in ("host_id", "other_sponsor_id", "sponsor_id")]},
        "PUT .../rooms/order": {"ids": [ids["side_room_id"], house.room_id]},
        "PUT .../registration-types/order": {"ids": [ids["press_id"], house.type_id]},
        "PUT .../content-pages/order": {"ids": [ids["taxis_id"], ids["welcome_id"]]},
        "POST .../content-pages": {"code": "made", "kind": "other", "title": NAME},
        "PATCH .../content-pages/": {"title": NAME},
        "POST .../badge-stocks": {"name": NAME, **LABELS},
        "PATCH .../badge-stocks/": {"radius": 2},
        "POST .../badge-printers": {"name": NAME},
        "PATCH .../badge-printers/": {"offset_x": 2},
        "POST .../badge-designs": {"name": NAME, "ready": "a7-portrait-vip"},
        "PATCH .../badge-designs/": {"name": NAME},
        "POST .../venues": {**MADE, "zone": ZONE},
        "POST .../rooms": {**MADE, "venue_id": world.ids["venue_id"]},
        "POST .../mail-reminders": {"days_before": 3, "at_time": "08:00"},
        "POST .../mailings": {"subject": NAME, "text": NAME},
        "PATCH .../mailings/": {"subject": NAME},
        "POST .../letters": {"kind": "certificate"},
        "/revoke": {"reason": "wrong"},
        "/reissue": {"reason": "wrong"},
        "PATCH .../letter-forms/": {"signatory_latin": "changed"},
        "PATCH .../mail-texts/": {"subject": NAME},
        "PATCH .../consent-texts/": {"text": {"en": "I agree."}},
        "PATCH .../retention-rules/": {"purge_on": "2023-06-01"},
        "POST .../tracks": MADE,
        "PATCH .../speaker-records/": {"speaks": "en"},
        "/availability": SPAN,
        "POST .../sessions": {"code": "made", "title": NAME, "kind": "panel", **SPAN},
        "PATCH .../sessions/": {"title": NAME},
        "/items": {"title": NAME, "minutes": 5},
        "PATCH .../items/": {"title": NAME},
        "PUT .../sessions/<id:session_id>/items/order": {"ids": ids["session_item_ids"][::-1]},
        "PUT .../sessions/<id:session_id>/roles/order": {"ids": ids["role_ids"][::-1]},
        "PUT .../sessions/<id:session_id>/speeches/order": {
            "items": ids["session_item_ids"][::-1],
            "roles": ids["role_ids"][::-1],
        },
        "PATCH .../roles/": {"status": "invited"},
        "POST .../cues": {"session_id": house.session_ids[0], "department": "stage", "text": NAME},
        "PATCH .../cues/": {"owner": "Someone"},
        "POST .../cue-sheets": {"note": NAME},
        "/channels": {"number": 7, "language": "fr"},
        "PATCH .../channels/": {"number": 8},
        "/roles": {"person_id": house.person_id, "role": "moderator"},
        "POST .../speaker-mailings": {"again": True},
        "POST .../agenda-plans": {"at_wall": "2999-01-01T09:00:00"},
        "PATCH .../agenda-plans/": {"label": "Changed"},
        "POST .../agenda-versions": {"reason": "They clash on purpose."},
        "POST .../registration-types": MADE,
        "/copy-questions": {"from_type": "press"},
        "PATCH .../places": {"quota": 900},
        "POST .../registrations": {
            "type": "guest",
            "language": "en",
            "latin_family": "Made",
            "latin_given": "Ann",
            "consent": True,
            "name_order": "given-first",
            "organization": NAME,
            "title": NAME,
            "email": "made@guests.example",
        },
        "POST .../email-confirmation-links": {"email": "made@guests.example"},
        "/plus-ones": {"latin_family": "Made"},
        "POST .../walk-ins": {"type": "guest", "latin_family": "Made"},
        "POST .../desk-walk-ins": {
            "type": "guest",
            "latin_family": "Made",
            "nonce": "3",
            "checkpoint_id": ids["checkpoint_id"],
        },
        "PATCH .../registrations/": {"answers": {"diet": ["vegan"], "access": words.needs}},
        "/titles": {"title": NAME},
        "PATCH .../titles/": {"title": NAME},
        "PATCH .../entries/": {"before": None, "reason": "By rank"},
        "POST .../precedence-lists": {"scope": "made", "name": NAME},
        "/entries": {"person_id": house.person_id, "capacity": NAME},
        "POST .../delegations": MADE,
        "POST .../seating-plans": {**MADE, "shape": "stage", "convention": "domestic", "sizes": [2]},
        "PATCH .../delegations/": {"origin": NAME},
        "/accredit": {"outlet": NAME, "role": "editor"},
        "/take-back-id-seen": {"reason": "Not theirs"},
        "/substitute": {"latin_family": "Stand", "latin_given": "In"},
        "/desk-substitute": {"latin_family": "Stand", "latin_given": "In"},
        "/members": {"registration_id": party.applied_id},
        "PATCH .../members/": {"role": "deputy"},
        "/supporters": {"organization_id": house.organization_id},
        "POST .../clash-overrides": {
            "person_id": party.person_id,
            "one": {"kind": "session", "id": 1},
            "other": {"kind": "itinerary_item", "id": 1},
            "minutes": 5,
            "reason": "Known",
        },
        "POST .../itinerary-tellings": {
            "registration_id": party.registration_id,
            "notice_ids": [party.notice_id],
            "seen": party.seen,
        },
        "POST .../partitions": {"delegation": party.code, "kind": "coach", "name": NAME},
        "POST .../partitions/<id:partition_id>/moves": {
            "group_id": party.group_id,
            "people": [{"registration_id": party.registration_id, "seen": f"{party.group_member_id}.1"}],
        },
        "POST .../delegation-groups": {"partition_id": party.partition_id, "name": NAME},
        "PATCH .../delegation-groups/<id:group_id>/members/": {"end": {"wall": "2024-05-22T09:00:00", "zone": "UTC"}},
        "POST .../hotel-rooms": {
            "delegation": party.code,
            "place_id": party.hotel_id,
            "kind": "single",
            "check_in": "2023-05-20",
            "check_out": "2023-05-22",
        },
        "PATCH .../hotel-rooms/": {"number": "501"},
        "/stays": {"registration_id": party.registration_id, "from_on": "2023-05-24"},
        "PATCH .../stays/": {"agreed": True},
        "POST .../itinerary-items": {"delegation": party.code, "kind": "meal", "title": NAME, **SPAN},
        "PATCH .../itinerary-items/": {"title": NAME},
        "/itinerary-copies": {"day": "2023-05-22", "to": "2023-05-23", "items": [party.item_id]},
        "/itinerary-moves": {"items": [{"id": party.item_id, "version": 1}], "minutes": 30},
        "/group-copies": {"groups": [party.group_id]},
        "/previews": {"title": NAME},
        "POST .../checkpoints": {**MADE, "kind": "door"},
        "PATCH .../checkpoints/": {"name": NAME},
        "POST .../checkin-devices": {"name": "Laptop", "checkpoint_id": ids["checkpoint_id"]},
        "PATCH .../checkin-devices/": {"name": "Laptop"},
        "POST .../device-sign-ins": {"pairing_code": ids["pairing_code"]},
        "/check-ins": {"nonce": "1", "checkpoint_id": ids["checkpoint_id"]},
        "/undo": {"nonce": "2", "checkpoint_id": ids["checkpoint_id"]},
        "/together": {"nonce": "4", "checkpoint_id": ids["checkpoint_id"], "people": [party.registration_id]},
        "POST .../registrations/<id:registration_id>/badges": {"reason": "lost"},
        "POST .../scans": {"code": "NOBODY22", "nonce": "1", "checkpoint_id": ids["checkpoint_id"]},
        "POST .../scans/batch": {"scans": [{"code": "NOBODY22", "nonce": "1", "checkpoint_id": ids["checkpoint_id"]}]},
        "POST .../forced-passes": {
            "code": "NOBODY22",
            "nonce": "1",
            "checkpoint_id": ids["checkpoint_id"],
            "authorized_name": "Him",
            "reason": "Said so",
        },
        "/rehearsals": {},
        "POST .../vehicles": {**MADE, "kind": "coach", "seats": 20},
        "POST .../coach-runs": {"item_id": party.transfer_id, "vehicle_id": ids["vehicle_id"]},
        "PATCH .../coach-runs/": {"captain_id": party.registration_id, "beside_reason": "It waits there"},
        "POST .../coach-runs/<id:coach_run_id>/reopen": {"reason": "Someone was forgotten"},
        "POST .../coach-runs/<id:coach_run_id>/seats": {
            "people": [{"registration_id": party.registration_id, "seen": f"{party.boarding_id}.2"}]
        },
        "PATCH .../coach-runs/<id:coach_run_id>/boardings/": {"state": "absent"},
        "POST .../itinerary-places": {**MADE, "kind": "hotel", "zone": ZONE},
        "PATCH .../itinerary-settings": {"travel_minutes": 45},
        "POST .../tasks": {"title": NAME, "role": "secretariat", "due_on": "2023-05-01"},
        "PATCH .../tasks/": {"note": "changed"},
        "/moves": {"starts_on": "2023-05-15", "ends_on": "2023-05-15"},
        "POST .../bulk-changes": {"action": "language", "value": "en"},
        "POST .../imports": {
            "kind": "roster",
            "delegation": party.code,
            "filename": "x.csv",
            "content": "TmFtZQpNYWRlIEFubgo=",
        },
        "PATCH .../imports/": {"chosen": [2]},
        "/table": {"heading_row": 1},
        "POST .../registration-types/<slug:code>/files": {
            "question": "cv",
            "name": "cv.pdf",
            "content": b64encode(document()).decode(),
        },
        "POST .../invitations": {"type": "guest", "latin_family": "Made", "email": "made@guests.example"},
        "POST .../registration-groups": {
            "type": "guest",
            "contact": {"name": "Sue Secretary", "email": "sue@office.example"},
            "consent": True,
            "people": [{"latin_family": "Made"}],
        },
        "POST .../place-blocks": {"type": "guest", "name": NAME, "quota": 2},
        "PATCH .../place-blocks/": {"quota": 4},
        "PATCH .../invitations/": {"greeting": "changed"},
        "POST .../name-proofs": {"delegation_id": party.delegation_id},
        "PATCH .../name-proofs/": {"name": NAME},
        "POST .../name-proofs/<id:proof_id>/people": {"person_id": party.person_id},
        "PUT .../name-proofs/<id:proof_id>/people/order": {"ids": list(party.proofed_ids[::-1])},
        "PATCH .../corrections/": {"state": "declined", "reason": "As in the decree"},
        "POST .../print-jobs": {"paper": "badges", "options": {"delegation": party.code}},
    }
    method, path = route.replace(API, "").split(" ", 1)
    if takes_picture(route):
        return photo()
    shape = re.sub(r"<[^>]*>$", "", path)
    short = shape.replace("/editions/<slug:edition>", "...", 1)
    return _first(bodies, f"{method} {path}", f"{method} {shape}", f"{method} {short}") or _by_end(
        bodies, method, shape
    )


def takes_picture(route: str) -> bool:
    return route.startswith("PUT ") and not route.endswith(("/order", "/finding-severities"))


def belongs_to(route: str, path: str) -> str:
    """The address of the record that is written: a decision's or a picture's stands before it."""
    is_picture = route.endswith(PICTURES) and not route.startswith("GET ")
    return path.rpartition("/")[0] if is_picture or is_decision(route) else path


def _first(bodies: dict[str, Any], *names: str) -> Any:
    return next((bodies[name] for name in names if name in bodies), None)


def _by_end(bodies: dict[str, Any], method: str, shape: str) -> Any:
    """Of a collection below a row, and of one row of any collection that has a name."""
    end = shape[shape.rstrip("/").rfind("/") :]
    if method == "PATCH":
        return bodies.get(f"PATCH ...{end}", {"name": NAME})
    return bodies.get(end) if method == "POST" else None


def form_of(world: World, route: str, path: str, party: Party) -> dict[str, Any]:
    """What a form sends: the page's own, as it stands there, or what a button does."""
    rule = route.split(" ", 1)[1]
    if rule.endswith(("/forgot-password", "/sign-in")):
        return {"email": "the-viewer@forum.example", "password": PASSWORD}
    if rule.endswith("/paper/jobs"):
        return {"paper": "badges", "delegation": party.code}
    if rule.endswith("access/invite"):
        return {"email": "new@forum.example", "name": "New", "language": "en", "roles": "viewer"}
    if f"GET {rule}" in ROUTES and rule.startswith(FORMS) and not rule.endswith("/versions"):
        return read_form(world.ask("owner", "GET", path).text)
    cared = {"registration": str(world.jiangsu.registration_id)} if rule == "/g/<token>/cancel" else {}
    said = {"status": "confirmed"} if rule.startswith("/s/") else {}
    if rule.endswith("/<id:boarding_id>"):
        said = {"state": "absent"}
    if rule.endswith("/seats"):
        said = {"coach_run_id": str(party.coach_run_id), "person": f"{party.registration_id}:{party.boarding_id}.2"}
    if rule.endswith("/call-list/told"):
        said = {"registration": str(party.registration_id), "notice": str(party.notice_id), "seen": party.seen}
    return {"version": "1", **cared, **said}


def of_api(route: str) -> bool:
    return f" {API}" in route


def ask(world: World, name: str, route: str, party: Party, *, token: str | None = None) -> TestResponse:
    """The answer to one caller."""
    method, path = route.split(" ", 1)[0], address(world, route, party, name)
    if not of_api(route):
        return world.ask(name, method, path, prepared(world, route, party) if method == "POST" else None)
    headers = (
        {"If_Match": tag_of(world, route, path)} if method in ("PUT", "PATCH", "DELETE") or is_decision(route) else {}
    )
    body = body_of(world, route, party) if method in ("POST", "PUT", "PATCH") else None
    return world.call(name, method, path, body, token=token, **headers)


def is_decision(route: str) -> bool:
    return of_api(route) and route.startswith("POST") and route.endswith(DECISIONS)


def tag_of(world: World, route: str, path: str) -> str:
    """The ETag of what is to be changed, as the owner reads it."""
    if path not in world.tags or route.endswith(("/reopen", "/take-names")):  # archiving has changed the edition
        world.tags[path] = world.call("owner", "GET", belongs_to(route, path)).headers["ETag"]
    return world.tags[path]


def prepared(world: World, route: str, party: Party) -> dict[str, Any]:
    key = (route, party.code)
    if key not in world.forms:
        world.forms[key] = form_of(world, route, address(world, route, party), party)
    return world.forms[key]


class FormReader(HTMLParser):
    """The values of the page's largest form, as a browser would send them unchanged."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._text = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("name") or ""
        if tag == "form":
            self.forms.append({})
        if not self.forms:
            return
        form = self.forms[-1]
        if tag == "input" and name and (said.get("type") not in ("checkbox", "radio") or "checked" in said):
            form.setdefault(name, []).append(said.get("value") or "")
        if tag == "textarea":
            self._text = name
            form[name] = [""]
        if tag == "select":
            self._select = name
        if tag == "option" and (self._select not in form or "selected" in said):
            form[self._select] = [said.get("value") or ""]

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][self._text][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""


def read_form(page: str) -> dict[str, Any]:
    reader = FormReader()
    reader.feed(page)
    found = max(reader.forms, key=len, default={})
    return {name: values for name, values in found.items() if name != "csrf_token"}
