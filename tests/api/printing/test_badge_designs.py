"""Badge designs by the interface: begun from a ready one, changed box by box, and refused by box and field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.printing.designs.ready_designs import ready_designs
from forumapp.domain.printing.models import BadgeDesign, BadgeDesignVersion

if TYPE_CHECKING:
    from conftest import Api

DESIGNS = "/editions/mine/badge-designs"


def test_a_text_of_several_lines_is_refused_and_one_that_is_saved_is_shown_as_one(api: Api) -> None:
    layout = api.get("/badge-designs/ready").json["items"][0]["layout"]
    field = {"field": "text", "size": 10, "floor": 9}
    box = {"kind": "text", "x": 1, "y": 1, "w": 30, "h": 10, "fields": [field], "texts": {"en": "Gate\n2"}}
    layout["boxes"].append(box)
    refused = api.post(DESIGNS, {"name": {"en": "Gates"}, "layout": layout})
    at = f"layout.boxes.{len(layout['boxes']) - 1}.texts.en"
    assert (refused.status_code, refused.json["errors"][at]) == (422, ["line-break"])

    box["texts"] = {"en": "Gate 2"}
    made = api.post(DESIGNS, {"name": {"en": "Gates"}, "layout": layout})
    saved = {**made.json["layout"], "boxes": [*layout["boxes"][:-1], {**box, "texts": {"en": "Gate\n2"}}]}
    with transaction() as db:  # as an earlier release saved it
        row = db.scalars(select(BadgeDesign).where(BadgeDesign.code == "gates")).one()
        values = {"edition_id": row.edition_id, "design_id": row.id, "number": 2, "layout": saved}
        db.add(BadgeDesignVersion(**values))
        row.number = 2
    shown = api.get(made.headers["Location"])
    assert shown.json["layout"]["boxes"][-1]["texts"] == {"en": "Gate 2"}
    assert api.get(f"{made.headers['Location']}/preview.pdf").data[:5] == b"%PDF-"
    again = api("PATCH", made.headers["Location"], {"layout": shown.json["layout"]}, If_Match=shown.headers["ETag"])
    assert (again.status_code, again.json["number"]) == (200, 3)


def test_a_design_is_begun_changed_and_given_to_a_type(api: Api) -> None:
    ready = api.get("/badge-designs/ready?page_size=200").json
    assert (ready["total"], {one["code"] for one in ready["items"]}) == (50, set(ready_designs()))
    begun = api.post(DESIGNS, {"name": {"en": "Speakers"}, "ready": "a7-portrait-speaker"})
    assert begun.status_code == 201, begun.json
    where = begun.headers["Location"]
    assert (where, begun.json["number"]) == (f"/api/v1{DESIGNS}/speakers", 1)
    layout = begun.json["layout"]
    names = next(place for place, box in enumerate(layout["boxes"]) if box["kind"] == "names")

    layout["boxes"][names]["w"] = 500
    refused = api("PATCH", where, {"layout": layout}, If_Match=begun.headers["ETag"])
    assert (refused.status_code, refused.content_type) == (422, "application/problem+json")
    assert refused.json["errors"] == {f"layout.boxes.{names}.w": ["too-large"]}

    layout["boxes"][names] |= {"w": 60, "color": "#123456"}
    changed = api("PATCH", where, {"layout": layout}, If_Match=begun.headers["ETag"])
    assert (changed.status_code, changed.json["number"], changed.json["layout"]) == (200, 2, layout)
    assert [one["number"] for one in api.get(f"{where}/versions").json["items"]] == [2, 1]

    paper, shown = api.get(f"{where}/preview.pdf"), api.get(f"{where}/preview.png")
    assert (paper.content_type, paper.data[:5]) == ("application/pdf", b"%PDF-")
    assert (shown.content_type, shown.data[1:4]) == ("image/png", b"PNG")

    kind = api.post("/editions/mine/registration-types", {"code": "speaker", "name": {"en": "Speaker"}})
    at = kind.headers["Location"]
    given = api("PATCH", at, {"badge_design_id": begun.json["id"]}, If_Match=kind.headers["ETag"])
    assert (given.status_code, given.json["badge_design_id"]) == (200, begun.json["id"])
    strange = api("PATCH", at, {"badge_design_id": 9999}, If_Match=given.headers["ETag"])
    assert (strange.status_code, strange.json["code"]) == (422, "invalid")
