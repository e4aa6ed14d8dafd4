"""The designer of badges: begun from a ready design, changed box by box, looked at on people, and never lost."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.serving.render_pool import TookTooLong
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.printing.models import BadgeDesign, BadgeDesignVersion
from forumapp.domain.printing.previews import design_trials
from forumapp.domain.printing.previews.previews import Preview
from forumapp.domain.registration.models import RegistrationType
from forumapp.web.organizer.badges import designs
from tests.pictures import photo
from tests.web.organizer.house import HOME, add_registration, browser_as, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

pytestmark = pytest.mark.one_database
DESIGNS = f"{HOME}/paper/designs"
DESIGN = f"{DESIGNS}/delegates"
NAMES = 3  # the place of the box of names in the ready design


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The designs that were looked at, without a page drawn."""
    seen: list[Any] = []

    def tried(design: Any, *_: Any, **_of: Any) -> Preview:
        seen.append(design)
        return Preview("0" * 64, [(298, 420)], True, [])

    monkeypatch.setattr(designs, "tried", tried)
    return seen


@pytest.fixture
def design(owner: Browser) -> str:
    values = {"name.en": "Delegates", "name.zh-Hans": "代表", "size": "a6-portrait", "look": "delegate"}
    assert owner.send(f"{DESIGNS}/new", values).location == DESIGN
    return DESIGN


def test_a_design_that_cannot_be_shown_is_opened_and_mended_all_the_same(
    owner: Browser, design: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tried(*_: Any, **_of: Any) -> Preview:
        raise TookTooLong

    monkeypatch.setattr(designs, "tried", tried)

    before = owner.get(design)
    assert (before.status_code, "These badges took too long to draw" in before.text) == (200, True)
    assert owner.send(design, typed(owner, **{"name.en": "Guests"})).location == design
    assert owner.get(f"{design}/versions/1").status_code == 200


def typed(browser: Browser, **changes: Any) -> dict[str, Any]:
    """What the form holds, with changes."""
    page = html.fromstring(browser.get(DESIGN).text)
    (form,) = [one for one in page.forms if one.get("data-designer") is not None]
    return {**dict(form.form_values()), **changes}


def layouts() -> list[dict[str, Any]]:
    return [one.layout for one in rows(select(BadgeDesignVersion).order_by(BadgeDesignVersion.number))]


def test_what_is_changed_is_the_next_version_and_the_first_can_be_used_again(
    owner: Browser, design: str, undrawn: list[Any]
) -> None:
    order = {f"boxes.{NAMES}.lines.organization.order": "1", f"boxes.{NAMES}.lines.big-name.order": "9"}
    changes = {"big": "native", "colors.head": "#772233", f"boxes.{NAMES}.x": "9.5", **order}

    answer = owner.post(design, data=typed(owner, **changes))
    first, second = layouts()
    again = owner.send(f"{design}/versions/1", {"version": 2}, to=f"{design}/versions/1/use")

    assert (answer.status_code, again.status_code) == (302, 302)
    assert (second["big"], second["colors"]["head"], second["boxes"][NAMES]["x"]) == ("native", "#772233", 9.5)
    lines = [line["field"] for line in second["boxes"][NAMES]["fields"]]
    assert lines == ["organization", "other-name", "title", "big-name"]
    kept = {**second, "big": first["big"], "colors": first["colors"]}
    assert [kept["boxes"][place] for place in (0, 1, 2, 4)] == [first["boxes"][place] for place in (0, 1, 2, 4)]
    assert layouts()[2] == first
    assert [row.number for row in rows(select(BadgeDesign))] == [3]
    text = owner.get(design).text
    assert ("Version 3" in text, "Version 1" in text, "Owner" in text.split('id="versions"')[1]) == (True, True, True)


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_saved(
    owner: Browser, design: str, undrawn: list[Any]
) -> None:
    wrong = {f"boxes.{NAMES}.w": "104", f"boxes.{NAMES}.lines.title.floor": "20", "colors.band": "green"}

    answer = owner.post(design, data=typed(owner, **wrong))
    measured = owner.post(design, data=typed(owner, **{f"boxes.{NAMES}.w": "104"}))

    summary = html.fromstring(answer.text).xpath("//div[@id='error-summary']//a/@href")
    assert (answer.status_code, summary) == (422, ["#f-colors.band"])
    (told,) = html.fromstring(measured.text).xpath("//div[@id='error-summary']//a")
    assert (told.get("href"), told.text_content()) == (
        f"#f-boxes.{NAMES}.w",
        "Names 4: Width (mm): This reaches over the edge of the badge.",
    )
    assert len(layouts()) == 1


def test_a_box_is_added_without_a_script_and_saved_with_the_rest(
    owner: Browser, design: str, undrawn: list[Any]
) -> None:
    added = owner.post(design, data=typed(owner, do="add", new="text"))
    before = layouts()
    (form,) = [one for one in html.fromstring(added.text).forms if one.get("data-designer") is not None]
    number = form.xpath("count(.//details)") - 1
    values = {
        **dict(form.form_values()),
        f"boxes.{number:g}.texts.en": "Hall A",
        f"boxes.{number:g}.texts.zh-Hans": "甲厅",
    }

    values["logo"] = (BytesIO(photo()), "logo.png")
    saved = owner.post(design, data=values, content_type="multipart/form-data")

    (logo,) = html.fromstring(owner.get(design).text).xpath("//img[contains(@src, '/images/')]/@src")
    assert owner.get(logo).status_code == 200
    assert (added.status_code, len(before), saved.status_code) == (200, 1, 302)
    (_, changed) = layouts()
    box = changed["boxes"][-1]
    assert (box["kind"], box["texts"]) == ("text", {"en": "Hall A", "zh-Hans": "甲厅"})


def test_a_box_is_removed_and_bleed_is_said_with_the_save(owner: Browser, design: str, undrawn: list[Any]) -> None:
    (form,) = [one for one in html.fromstring(owner.get(design).text).forms if one.get("data-designer") is not None]
    number = form.xpath("string(.//*[@data-kind='qr']/@data-box)")
    change = {f"boxes.{number}.gone": "1", "bleed": "3.0"}
    looked = owner.post(f"{design}/look", data=typed(owner, **change))
    saved = owner.post(design, data=typed(owner, **change))

    first, second = layouts()
    assert (looked.status_code, saved.status_code, second["bleed"]) == (200, 302, 3)
    assert second["boxes"] == [box for box in first["boxes"] if box["kind"] != "qr"]
    assert "qr" not in [box.kind.value for box in undrawn[2].boxes]


def test_a_logo_is_looked_at_before_it_is_saved_and_sent_once(
    owner: Browser, design: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(
        designs, "tried", lambda _design, _types, logo: seen.append(logo) or Preview("0" * 64, [], True, [])
    )
    chosen = {**typed(owner), "logo": (BytesIO(photo()), "logo.jpg")}
    looked = owner.post(f"{design}/look", data=chosen, content_type="multipart/form-data")
    (kept,) = html.fromstring(looked.text).xpath("//@data-kept")
    again = {**typed(owner), "logo.kept": kept}
    assert owner.post(f"{design}/look", data=again).status_code == 200
    shown = owner.post(design, data={**again, "do": "look"})
    assert [type(one).__name__ for one in seen] == ["NoneType", "Picture", "NoneType", "Picture", "Picture"]
    assert len(layouts()) == 1

    (form,) = [one for one in html.fromstring(shown.text).forms if one.get("data-designer") is not None]
    assert owner.post(design, data=dict(form.form_values())).status_code == 302
    assert [row.logo_id is not None for row in rows(select(BadgeDesignVersion).order_by(BadgeDesignVersion.id))] == [
        False,
        True,
    ]


def test_what_is_typed_is_looked_at_and_what_cannot_be_printed_is_not(
    owner: Browser, design: str, undrawn: list[Any]
) -> None:
    right = owner.post(f"{design}/look", data=typed(owner, big="native")).text
    wrong = owner.post(f"{design}/look", data=typed(owner, width="12")).text

    assert [(one.big.value, one.width) for one in undrawn] == [
        ("latin", 105),
        ("native", 105),
        ("latin", 105),
        ("latin", 105),
    ]
    assert ("Not saved yet." in right, "This is how it was saved" in wrong) == (True, True)
    assert len(layouts()) == 1


def test_the_longest_names_come_first_and_only_for_who_may_see_people(
    house: House, owner: Browser, design: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Bo", "Wolfeschlegelsteinhausenbergerdorff"):
        add_registration(house, name)
    told: list[Any] = []
    monkeypatch.setattr(
        design_trials,
        "keep_preview",
        lambda _edition, first, readers, **_: told.append((first.said, readers)) or Preview("0" * 64, [], True, []),
    )

    for browser in (owner, browser_as(house, Role.VIEWER)):
        assert browser.get(design).status_code == 200

    (mine, needs), (theirs, open_to) = told
    assert [one.latin_name.split()[-1] for one in mine[-1]][:1] == ["Wolfeschlegelsteinhausenbergerdorff"]
    assert "Wolfeschlegel" not in json.dumps([one.latin_name for one in theirs[-1]])
    assert ([one.value for one in needs.needs], [one.value for one in open_to.needs]) == (["print"], ["see-edition"])


def test_a_registration_type_takes_the_design_and_the_design_says_so(
    house: House, owner: Browser, design: str, undrawn: list[Any]
) -> None:
    add_registration(house, "Anna")
    (row,) = rows(select(BadgeDesign))
    page = html.fromstring(owner.get(f"{HOME}/registrations/types/guest").text)
    form = next(one for one in page.forms if "badge_design_id" in one.fields)

    owner.post(f"{HOME}/registrations/types/guest", data={**dict(form.form_values()), "badge_design_id": str(row.id)})

    assert [one.badge_design_id for one in rows(select(RegistrationType).where(RegistrationType.code == "guest"))] == [
        row.id
    ]
    assert f'href="{HOME}/registrations/types/guest"' in owner.get(design).text
    owner.post(design, data=typed(owner, **{"colors.band": "#ffff00", "colors.on-band": "#ffffff"}))
    check = html.fromstring(owner.get(f"{HOME}/paper/check?paper=badges").text)
    linked = check.xpath("//li[contains(., '#ffff00')]//a/@href")
    assert linked == [design]
