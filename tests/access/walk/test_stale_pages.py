"""Every form and every button on a page that changes what is there says what it is based on: what is stale changes
nothing, shows both versions, keeps what was typed, and can be sent again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from werkzeug.datastructures import MultiDict

from tests.access.asking import address, of_api
from tests.access.routes import LINK, PUBLIC, ROUTES
from tests.access.world import fingerprint, undone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tests.access.world import World

# `test_walk` and `test_leaks` ask every address on both databases, and tests/domain every service.
pytestmark = pytest.mark.one_database

ORGANIZER = "POST /organizer/"
EDITION = f"{ORGANIZER}<edition>/"
# Forms that change nothing that someone else could have changed meanwhile, and why.
UNVERSIONED = {
    f"{EDITION}access/invite": "adds someone",
    f"{EDITION}agenda/versions/<id:number>/again": "adds a version, and only where no other was published since",
    f"{EDITION}agenda/run-of-show/sheets": "adds a sheet",
    f"{EDITION}agenda/run-of-show/sheets/<id:number>": "prints a sheet, which never changes",
    f"{EDITION}agenda/door-signs": "prints a version, which never changes",
    f"{EDITION}checkpoints/suggested": "adds the usual checkpoints that are not there",
    f"{EDITION}desk/station": "kept by the browser",
    f"{EDITION}desk/<id:registration_id>/check-in": "a scan, of which the first one decides",
    f"{EDITION}desk/<id:registration_id>/undo": "takes back who is in, once",
    f"{EDITION}vip-alerts/<id:alert_id>/seen": "is seen once, by whoever says so first",
    f"{EDITION}attendance/close": "each registration is changed as it was seen, or left",
    f"{EDITION}scan-conflicts/<id:scan_id>/review": "is looked at once",
    f"{EDITION}scan-conflicts/<id:scan_id>/again": "is to be looked at again",
    f"{EDITION}rehearsals": "adds one, and only where none runs",
    f"{EDITION}desk/<id:registration_id>/let-pass": "a scan, of which the first one decides",
    f"{EDITION}desk/<id:registration_id>/together": "likewise",
    f"{EDITION}desk/walk-in": "adds someone",
    f"{EDITION}desk/<id:registration_id>/badge": "adds a print",
    f"{EDITION}paper/jobs": "adds a print",
    f"{EDITION}paper/jobs/<id:job_id>/anyway": "adds a print",
    f"{EDITION}paper/designs/<code>/look": "saves nothing",
    f"{EDITION}delegations/<code>/rooms/put": "each who is ticked is named as they were seen",
    f"{EDITION}delegations/<code>/groups/<id:partition_id>/move": "each who is ticked is named as they were seen",
    f"{EDITION}delegations/<code>/workspace/<id:partition_id>/move": "each who is ticked is named as they were seen, and so is a branch",
    f"{EDITION}delegations/<code>/coaches/<id:transfer_id>/seats": "likewise",
    f"{EDITION}delegations/<code>/coaches/<id:transfer_id>/by-groups": "seats people as their groups stand",
    f"{EDITION}delegations/<code>/coaches/by-groups": "likewise",
    f"{EDITION}registrations/walk-in": "adds someone",
    f"{EDITION}registrations/<id:registration_id>/plus-ones/new": "adds someone",
    f"{EDITION}groups/new/<code>": "adds people",
    f"{EDITION}groups/new/<code>/people": "saves nothing",
    f"{EDITION}registrations/columns": "how one looks at a list oneself",
    f"{EDITION}registrations/bulk": "adds a run; each registration is done as it was seen when it was asked for",
    f"{EDITION}registrations/bulk/<id:bulk_id>/undo": "adds a run, of those alone that nobody has changed since",
    f"{EDITION}people/import/<kind>": "adds an import, which is shown before anything is done",
    f"{EDITION}delegations/<code>/roster": "adds an import, which is shown before anything is done",
    f"{EDITION}calendar/lay-out": "fills a calendar in which nothing is",
    f"{EDITION}calendar/shift": "is based on all open tasks together, and refused when one of them has changed",
    f"{EDITION}access/<id:account_id>/invite-again": "overwrites nothing: who has joined meanwhile is not asked again",
    f"{EDITION}access/tokens/<id:token_id>/revoke": "a token has no fields to change, and is revoked once",
    f"{EDITION}mail/<id:message_id>/send": "a mail has no fields to change, and only one that failed is sent again",
    f"{EDITION}invitations/<id:invitation_id>/restore": "overwrites nothing: one that is revoked comes back once",
    f"{EDITION}invitations/send": "writes to those who were not written to yet",
    f"{EDITION}invitations/remind": "writes to those who have not answered, twice a day at most",
    f"{EDITION}name-proofs/<id:proof_id>/members": "adds people",
    f"{EDITION}name-proofs/<id:proof_id>/people": "adds people",
    f"{EDITION}clone": "makes another edition",
    f"{EDITION}clashes/overrides": "allows a clash up to the minutes that were seen",
    f"{EDITION}call-list/told": "adds that someone was told, of what was seen and is still so",
    f"{EDITION}call-list/told/<id:telling_id>/undo": "a telling has no fields to change, and is taken back once",
    f"{EDITION}delegations/<code>/changes/tell": "adds a run, of those who have not been told",
    f"{EDITION}delegations/<code>/changes/given-out": "adds a mark",
    f"{EDITION}delegations/<code>/changes/not-given-out": "takes away a mark, which has no fields to change",
    f"{EDITION}delegations/<code>/itinerary/copy": "adds items",
    f"{EDITION}delegations/<code>/itinerary/shift": "names each item with its version, and is shown again when one changed",
    f"{EDITION}delegations/<code>/itinerary/undo": "takes back items in the versions in which they were made or moved",
    f"{EDITION}delegations/<code>/itinerary/<id:item_id>/spread": "adds items",
    f"{EDITION}people/<id:person_id>/erase": "is based on the mark of its preview, and shown again when that changed",
    f"{EDITION}organizations/doubles/apart": "adds that two are not the same",
    f"{EDITION}people/doubles/apart": "adds that two are not the same",
    f"{EDITION}registrations/<id:registration_id>/badge": "adds a print",
    f"{EDITION}titles/approve": "adds an approved title",
    f"{EDITION}pages/preview": "saves nothing",
    f"{EDITION}mail/texts/<kind>/preview": "saves nothing",
    f"{EDITION}registrations/<id:registration_id>/address/stop": "adds a mark",
    f"{EDITION}registrations/<id:registration_id>/address/clear": "takes away a mark, which has no fields to change",
    f"{EDITION}registrations/<id:registration_id>/sessions": "adds and takes away only what its sender ticked anew",
    f"{EDITION}speakers/write": "writes to those who were not written to yet, or have not answered",
    f"{EDITION}mailings/preview": "saves nothing",
    f"{EDITION}mailings/<id:mailing_id>/test": "sends a mail to whoever asks",
    f"{EDITION}registrations/types/<code>/form/preview": "saves nothing",
    f"{EDITION}seating/<code>/paper": "adds a print, of the plan as it is seated then",
    f"{EDITION}seating/<code>/undo": "puts back the seats of its address, and only where none was changed since",
    f"{EDITION}agenda/sessions/<id:session_id>/speeches/undo": "likewise, an order",
    f"{EDITION}precedence/<scope>/order/undo": "puts back an order of its address, and only where none was saved since",
    f"{EDITION}removed/<id:removal_id>/restore": "comes back once, and what a picture takes the place of can come back in its turn",
    f"{ORGANIZER}account/password": "asks for the password",
    f"{ORGANIZER}account/sign-ins/<id:sign_in_id>/end": "a sign-in has no fields to change, and ends once",
    f"{ORGANIZER}account/sign-ins/end-others": "likewise",
    f"{ORGANIZER}account/two-factor/begin": "asks for the password or a code",
    f"{ORGANIZER}account/two-factor/confirm": "asks for the password and a code",
    f"{ORGANIZER}account/two-factor/off": "asks for the password and a code",
    f"{ORGANIZER}account/two-factor/recovery-codes": "asks for the password and a code",
    f"{ORGANIZER}sign-out": "ends one's own sign-in",
}
# Versioned likewise, on pages of rows that the world does not have, or with another way to show both versions; each
# has a test of its own beside its page.
ELSEWHERE = {
    f"{EDITION}clashes/overrides/<id:override_id>/remove": "where a clash that is allowed stands in the list",
    f"{EDITION}agenda/sessions/<id:session_id>/place": "sent by the timetable's script, which shows both",
    f"{EDITION}registrations/types/<code>/form/copy": "where another type asks something",
    f"{EDITION}registrations/<id:registration_id>/substitute": "names another person first",
    f"{EDITION}desk/<id:registration_id>/substitute": "likewise",
    f"{EDITION}desk/<id:registration_id>/give-back": "of whoever got another one's place",
    f"{EDITION}registrations/<id:registration_id>/see-id": "of media",
    f"{EDITION}registrations/<id:registration_id>/take-back-id-seen": "of media",
    f"{EDITION}coach-runs/<id:coach_run_id>/boardings/<id:boarding_id>": "a tap at the door, told who was faster",
    f"{EDITION}coach-runs/<id:coach_run_id>/reopen": "of a run that has departed",
    f"{EDITION}letters/<id:letter_id>/reissue": "the form that revokes, by another of its buttons",
    f"{EDITION}seating/<code>/move": "says that the seats were changed, and shows them",
    f"{EDITION}seating/<code>/fill": "likewise",
    f"{EDITION}precedence/<scope>/approve": "of a name that differs from the one that stands",
    f"{EDITION}calendar/<id:task_id>/untick": "of a task that is done; the same button as of one that is not",
    f"{EDITION}delegations/<code>/itinerary/<id:item_id>": "says first whom it touches",
    f"{EDITION}settings/go-live": "of an edition that is a draft",
    f"{EDITION}settings/reopen": "of an edition that is archived",
    f"{EDITION}settings/names": "of an edition that was archived and reopened",
    f"{EDITION}people/<id:person_id>/confirm-latin-name": "of a name that was read from the Chinese one",
    f"{EDITION}people/<id:kept_id>/merge/<id:gone_id>": "is based on both records, and shown again when either changed",
    f"{EDITION}organizations/<id:kept_id>/merge/<id:gone_id>": "likewise",
}
APART = ("/new", "/order")  # what adds something, and whole orders, which show both orders
VERSIONED = [
    route
    for route, what in ROUTES.items()
    if route.startswith("POST")
    and not of_api(route)
    and what not in (PUBLIC, LINK)
    and not route.endswith(APART)
    and route not in UNVERSIONED
    and route not in ELSEWHERE
]
MINE = "typed-by-me"


@dataclass(frozen=True)
class Sent:
    """`other` is a value for one of its controls that it does not stand at, by the control's name."""

    page: str
    action: str
    values: MultiDict[str, str]
    other: dict[str, Any]

    def to(self, world: World, **values: Any) -> TestResponse:
        """Send it as it stands on its page, with these values instead; None leaves one out."""
        sent = MultiDict(self.values)
        for name, value in values.items():
            sent.pop(name, None)
            if value is not None:
                sent[name] = value
        return world.ask("owner", "POST", self.action, sent.to_dict(flat=False))


def forms_of(page: str, text: str) -> Iterator[Sent]:
    whole = html.fromstring(text)
    for form in whole.forms:
        if form.method != "POST":
            continue
        # One without a button of its own is sent by several elsewhere on the page.
        apart = [] if form.xpath(".//button") else whole.xpath("//button[@form=$id]/@formaction", id=form.get("id", ""))
        for action in apart or [form.get("action") or page]:
            yield Sent(page, action, MultiDict(form.form_values()), another(form))


def another(form: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in form.xpath(".//select")[:1]:
        if others := [value for value in one.value_options if value not in ("", one.value)]:
            found = {one.name: others[0]}
    for one in form.xpath(".//input[@type='number']"):
        found = {one.name: "7"}
    for one in form.xpath(".//input[@type='date']"):
        found = {one.name: "2023-06-01"}
    for one in form.xpath(".//input[@type='checkbox']"):
        found = {one.name: None if one.checked else one.get("value")}
    for one in form.xpath(".//input[@type='text'][@name='name' or contains(@name, '.en')]"):
        found = {one.name: MINE}
    for one in form.xpath(".//input[@type='datetime-local']")[-1:] if not found else ():
        found = {one.name: "2023-06-01T09:00"}
    return found


def pages_of(world: World) -> list[str]:
    open_pages = [
        route for route in ROUTES if route.startswith("GET /organizer/") and ROUTES[route] not in (PUBLIC, LINK)
    ]
    return [
        *(address(world, route, world.jiangsu) for route in open_pages),
        f"/organizer/forum/registrations/{world.jiangsu.applied_id}",
    ]


FOUND: dict[int, dict[str, list[Sent]]] = {}


@pytest.fixture
def forms(world: World) -> dict[str, list[Sent]]:
    """By route, the forms of all pages that are sent to it; looked for once in each world."""
    if id(world) not in FOUND:
        FOUND[id(world)] = found_in(world)
    return FOUND[id(world)]


def found_in(world: World) -> dict[str, list[Sent]]:
    adapter = world.app.url_map.bind("localhost")
    found: dict[str, list[Sent]] = {}
    for page in pages_of(world):
        answer = world.ask("owner", "GET", page)
        is_page = answer.mimetype == "text/html" and answer.status_code != 204
        for form in forms_of(page, answer.text) if is_page else ():
            rule, _parts = adapter.match(form.action.partition("?")[0], method="POST", return_rule=True)
            found.setdefault(f"POST {rule.rule}", []).append(form)
    return found


def test_every_form_is_known_and_says_what_it_is_based_on(forms: dict[str, list[Sent]]) -> None:
    known = {*VERSIONED, *UNVERSIONED, *ELSEWHERE}
    assert [one for one in forms if one not in known and not one.endswith(APART)] == []
    missed = [route for route in VERSIONED if route not in forms]
    assert missed == []
    assert [route for route in (*UNVERSIONED, *ELSEWHERE) if route not in ROUTES] == []
    silent = [
        (route, form.page)
        for route in VERSIONED
        for form in forms[route]
        if not form.values.get("version", "").isdecimal() or not json.loads(form.values.get("seen", "{}"))
    ]
    assert silent == []


@pytest.mark.parametrize("version", ["7777", None], ids=["stale", "none"])
def test_what_is_stale_changes_nothing_and_is_asked_again(
    world: World, forms: dict[str, list[Sent]], version: str | None
) -> None:
    before = fingerprint()

    answers = {
        route: (form, form.to(world, **form.other, version=version))
        for route, (form, *_) in forms.items()
        if route in VERSIONED
    }

    assert {route: answer.status_code for route, (_, answer) in answers.items() if answer.status_code != 412} == {}
    assert fingerprint() == before
    for route, (form, answer) in answers.items():
        again = [one for one in forms_of(form.page, answer.text) if one.action.partition("?")[0] == form.action]
        assert (route, [one.values["version"] for one in again]) == (route, [form.values["version"]] * len(again))
        assert (route, len(again) > 0, "Someone else changed this in the meantime" in answer.text) == (
            route,
            True,
            True,
        )
        with undone():
            assert (route, again[0].to(world).status_code != 412) == (route, True)


def edits(forms: dict[str, list[Sent]]) -> dict[str, tuple[Sent, str]]:
    """By route, a form in which something is typed, and one of the fields for it."""
    found = {}
    for route in VERSIONED:
        form = forms[route][0]
        seen = json.loads(form.values["seen"])
        typed = [name for name in form.values if isinstance(seen.get(name), str) and name.endswith((".en", "name"))]
        if typed:
            found[route] = (form, typed[0])
    return found


def test_what_was_typed_stays_beside_what_stands(world: World, forms: dict[str, list[Sent]]) -> None:
    assert len(edits(forms)) > 5
    for route, (form, name) in edits(forms).items():
        answer = form.to(world, version="7777", **{name: MINE})

        page = html.fromstring(answer.text)
        (again,) = [one for one in page.forms if "seen" in one.fields and name in one.fields]
        cells = [cell.text_content() for cell in page.xpath("//div[contains(@class, 'both-versions')]//td")]
        assert (route, answer.status_code, again.fields[name]) == (route, 412, MINE)
        assert (route, len(cells), MINE in cells[0], MINE in cells[1]) == (route, 2, True, False)
        theirs = [link for link in page.xpath("//main//a") if link.text_content() == "Discard mine, keep theirs"]
        assert (route, [link.get("href") for link in theirs]) == (route, [form.page])


def test_a_button_shows_what_was_seen_beside_what_stands(world: World, forms: dict[str, list[Sent]]) -> None:
    buttons = [route for route in VERSIONED if route not in edits(forms)]
    shown = []
    for route in buttons:
        form = forms[route][0]
        seen = json.loads(form.values["seen"])
        for name, value in seen.items():
            if isinstance(value, dict) and value.get("en") and name in ("name", "title"):
                seen[name] = {**value, "en": MINE}
                answer = form.to(world, version="7777", seen=json.dumps(seen))
                cells = [one.text_content() for one in html.fromstring(answer.text).xpath("//main//td")]
                assert (route, answer.status_code, cells) == (route, 412, [MINE, value["en"]])
                shown.append(route)
    assert len(shown) > 5


def without_breaking(world: World, form: Sent, hostile: str) -> int:
    """The status of the form sent with this in all its fields, in those of its address as well."""
    path, _, asked = form.action.partition("?")
    named = [name.partition("=")[0] for name in asked.split("&") if name]
    action = path + "".join(f"{'&' if at else '?'}{name}={hostile}" for at, name in enumerate(named))
    kept = {"version", "seen"} & form.values.keys()
    with undone():
        return (
            Sent(form.page, action, form.values, {})
            .to(world, **{name: hostile for name in form.values if name not in kept})
            .status_code
        )


@pytest.mark.parametrize("hostile", ["9" * 20, "abc"])
def test_no_value_breaks_a_form(world: World, forms: dict[str, list[Sent]], hostile: str) -> None:
    statuses = {route: without_breaking(world, form, hostile) for route, (form, *_) in forms.items()}

    assert {route: status for route, status in statuses.items() if status >= 500} == {}
