"""The page of a delegation's working papers: what each is for, and whether its last print still says what stands."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Span
from forumapp.domain.delegations.itineraries.items import add_itinerary_item, update_itinerary_item
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.printing.delegation_papers.versions import made_now
from forumapp.domain.printing.jobs.services import Finished, keep_made
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.rules import Options
from forumapp.worker.timers.paper_review import look_through
from tests.web.organizer.house import BY, group, wall

if TYPE_CHECKING:
    from tests.web.organizer.house import House

PAGE = "/organizer/forum/delegations/js/papers"


def test_a_liaison_prints_the_papers_of_their_own_delegation_and_is_told_what_is_out_of_date(house: House) -> None:
    liaison = group(house, "js", "Jiangsu", "Liu").liaison
    assert "Nothing to print" in liaison.get(PAGE).text
    with transaction() as db:
        row = get_delegation(db, house.edition_id, "js")
        flight = {"kind": "flight", "title": {"en": "Flight"}, "leg": {"carrier": "MU", "number": "583"}}
        item_id = add_itinerary_item(db, row, flight, Span(wall(9), wall(11)), **BY).id
    assert "Never printed" in liaison.get(PAGE).text

    asked = liaison.send(PAGE, {"paper": "arrivals", "delegation": "js"}, to="/organizer/forum/paper/jobs")
    assert (asked.status_code, asked.location) == (302, PAGE)
    strange = liaison.send(PAGE, {"paper": "arrivals", "delegation": "hb"}, to="/organizer/forum/paper/jobs")
    assert strange.status_code == 404

    with transaction() as db:
        row, edition = get_delegation(db, house.edition_id, "js"), get_edition_by_id(db, house.edition_id)
        made = made_now(db, edition, row, Paper.ARRIVALS)
        file = Finished("x.pdf", "0", 1, "x")
        keep_made(db, edition.id, Paper.ARRIVALS, Options(delegation="js"), file, badges=[], made_from=made, **BY)
    page = liaison.get(PAGE).text
    assert ("Version 1" in page, "Current" in page, "Out of date" in page) == (True, True, False)
    with transaction() as db:
        update_itinerary_item(
            db, house.edition_id, item_id, {"leg": {"carrier": "MU", "number": "585"}}, version=1, **BY
        )
    page = liaison.get(PAGE).text
    assert ("Out of date" in page, "1 change · 1 person" in page, "Liu" in page) == (True, True, True)
    assert ("MU 583" in page, "MU 585" in page) == (True, True)  # as it was, and as it is now

    assert "are being looked through" in liaison.get("/organizer/forum/paper/outdated").text
    assert look_through() == 1
    assert f'{PAGE}#arrivals">Arrival list' in liaison.get("/organizer/forum/paper/outdated").text
    with transaction() as db:  # corrections ask for no look of their own
        edition = get_edition_by_id(db, house.edition_id)
        keep_made(db, edition.id, Paper.ERRATA, Options(delegation="js"), file, badges=[], made_from=made, **BY)
    assert (look_through(), look_through()) == (1, 0)

    slip = re.search(r'href="([^"]+paper=errata[^"]+registration=\d+[^"]*)"', page)
    again = re.search(r'href="([^"]+paper=arrivals[^"]+changed=1[^"]*)"', page)
    assert slip
    assert again
    for found, sent in ((slip, "registration"), (again, "changed")):
        check = unescape(found[1])
        assert f'name="{sent}"' in liaison.get(check).text
        values = dict(parse_qsl(urlsplit(check).query))
        job = liaison.send(check, values, to="/organizer/forum/paper/jobs")
        assert (job.status_code, job.location) == (302, PAGE)
    hubei = group(house, "hb", "Hubei", "He").liaison
    assert hubei.get(unescape(slip[1])).status_code == 404
    look_through()
    assert "Every printed paper is up to date" in hubei.get("/organizer/forum/paper/outdated").text
