"""Where codes are scanned: a device that has signed in by its code, or an organizer at a checkpoint of their choice.

One box takes what a hand scanner or a person types. Without a script each scan is a form and its answer a page; with
one, the same form is sent aside and the part of its answer that counts is shown.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import abort, current_app, make_response, redirect, render_template, request, url_for
from flask_login import current_user

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import NotFound
from forumapp.core.serving.rate_limits import in_turn, is_local, limiter
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.checkin.rehearsal.services import get_rehearsal
from forumapp.domain.checkin.rehearsals import running
from forumapp.domain.checkin.rules import LETS_THROUGH, MAY_BE_FORCED
from forumapp.domain.checkin.scanning.batches import read_of
from forumapp.domain.checkin.scanning.judgement import NonceReused, scan
from forumapp.domain.checkin.scanning.offline_signatures import called
from forumapp.domain.checkin.scanning.photos import face_scanned
from forumapp.domain.checkin.setup import devices
from forumapp.domain.checkin.setup.checkpoints import get_checkpoint, list_checkpoints
from forumapp.domain.checkin.setup.stations import DeviceNotSignedIn, station_of_device, station_of_organizer
from forumapp.domain.forums.queries import find_edition, get_edition_by_id
from forumapp.schemas.choices import Direction, ScanResult
from forumapp.schemas.scans import Stamp
from forumapp.web.forms import authorizer_fields
from forumapp.web.forms.faults import fault
from forumapp.web.frame import POLICY, pages
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.public.signed_links import keep_private
from forumapp.web.public.site import VISITOR, edition_named

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.domain.checkin.models import Rehearsal
    from forumapp.domain.checkin.scanning.judgement import Scanned
    from forumapp.domain.checkin.setup.stations import Station
    from forumapp.domain.forums.models import Edition

COOKIE = "checkin-device"
# Long enough to last until it is revoked, but not for a forgotten browser.
COOKIE_SECONDS = 14 * 24 * 3600
TRIES = "20 per minute; 200 per hour"
LONGEST_CODE = 200
# The QR reader is WebAssembly, which no other page may run.
READING = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
NONCE = re.compile(r"[\x21-\x7e]{1,64}")

blueprint = pages("checkin", __name__, url_prefix="/checkin")
blueprint.after_request(keep_private)


@dataclass(frozen=True, slots=True)
class Here:
    """Who scans, and where."""

    edition: Edition
    station: Station


@blueprint.get("/<slug>")
def page(slug: str) -> ResponseReturnValue:
    here = find(reading(), slug)
    return shown(here) if here else ways_in(slug)


@blueprint.post("/<slug>/sign-in")
@limiter.limit(TRIES, exempt_when=is_local)
def sign_in(slug: str) -> ResponseReturnValue:
    """The code that an organizer's page has shown, once."""
    edition = _open(slug)
    try:
        with transaction() as db:
            code = request.form.get("code", "")[:LONGEST_CODE]
            _row, secret = devices.pair(db, edition.id, code, actor=VISITOR, now=clock.now())
    except devices.CodeNotGood as refusal:
        return ways_in(slug, error=fault(refusal.code)), refusal.status
    answer: Response = redirect(url_for(".page", slug=slug), 303)  # type: ignore[assignment]  # Flask's is one
    keep: Any = {"path": f"/checkin/{slug}", "httponly": True, "secure": _config().secure, "samesite": "Lax"}
    answer.set_cookie(COOKIE, secret, max_age=COOKIE_SECONDS, **keep)
    return answer


@blueprint.post("/<slug>/sign-out")
def sign_out(slug: str) -> ResponseReturnValue:
    """Sign this browser out; the device can get another code."""
    here = find(reading(), slug)
    if here and here.station.device_id:
        with transaction() as db:
            devices.sign_out(db, here.station.device_id, actor=VISITOR, now=clock.now())
    answer: Response = redirect(url_for(".page", slug=slug), 303)  # type: ignore[assignment]  # as above
    answer.delete_cookie(COOKIE, path=f"/checkin/{slug}")
    return answer


@blueprint.post("/<slug>/scan")
@in_turn
def read_code(slug: str) -> ResponseReturnValue:
    code, nonce = request.form.get("code", "").strip()[:LONGEST_CODE], request.form.get("nonce", "")
    registration_id = request.form.get("registration_id", 0, whole_number)  # of a person found by name
    seen = request.form.get("rehearsal", 0, whole_number) or None  # the rehearsal that the page shows
    with transaction() as db:
        here = find(db, slug)
        if here is None or not (code or registration_id):
            return redirect(url_for(".page", slug=slug, at=request.form.get("at") or None), 303)
        if not NONCE.fullmatch(nonce) or request.form.get("direction", "in") not in list(Direction):
            abort(400)  # no form of ours
        scanned_by = VISITOR if here.station.device_id else actor()
        direction = Direction(request.form.get("direction", "in"))
        target = {"registration_id": registration_id} if registration_id else {"code": code}
        values = {**target, "nonce": nonce, "direction": direction, "rehearsal_id": seen, **read_device_clock()}
        read = read_of(db, _links(), here.station, values, now=clock.now())
        try:
            scanned = scan(db, here.station, read, actor=scanned_by, now=clock.now())
        except NonceReused:  # the browser went back to an earlier page, and another code was read there
            scanned = scan(db, here.station, replace(read, nonce=_nonce()), actor=scanned_by, now=clock.now())
    forcing = offer_to_force(here, read.code) if scanned.result in MAY_BE_FORCED else {}
    if request.form.get("part"):
        variables: dict[str, Any] = {
            "station": here.station,
            "scanned": scanned,
            "passes": _passes(scanned),
            "forcing": forcing,
        }
        about: dict[str, Any] = {"edition": here.edition, "rehearsal": _rehearsal(here)}
        return render_template("public/checkin/result.html", **about, **variables)
    return shown(here, scanned, forcing=forcing)


def offer_to_force(here: Here, code: str) -> dict[str, Any]:
    """The fields for an organizer's override. {} for devices, which may not override, and at coaches, which have no
    more seats.
    """
    station = here.station
    if station.account_id is None or station.coach_run_id is not None or station.names_only:
        return {}
    own = {"at": station.checkpoint_id, "code": code, "nonce": _nonce()}
    return own | authorizer_fields.asked(here.edition.id, station.account_id)


@blueprint.get("/<slug>/scans/<id:scan_id>/photo")
def photo(slug: str, scan_id: int) -> Response:
    """The photo of the person this station has just scanned. Programs may authenticate with their token."""
    here = find(reading(), slug)
    if here is None:
        raise NotFound(entity="scan")
    answer = make_response(face_scanned(reading(), here.station, scan_id, now=clock.now()))
    answer.content_type = "image/webp"
    return answer


def find(db: DbSession, slug: str) -> Here | None:
    station = find_station(db, slug)
    return Here(get_edition_by_id(db, station.edition_id), station) if station else None


def find_station(db: DbSession, slug: str) -> Station | None:
    """The device of the cookie, or else the organizer who is signed in, at the checkpoint that the request names."""
    authorization = request.authorization
    secret = request.cookies.get(COOKIE, "") or (
        authorization.token if authorization and authorization.type == "bearer" else ""
    )
    if secret:
        try:
            return station_of_device(db, secret, slug=slug, now=clock.now())
        except DeviceNotSignedIn:
            pass
    at = request.values.get("at", 0, whole_number)
    edition = find_edition(db, slug)
    if not at or edition is None or not current_user.is_authenticated:
        return None
    return station_of_organizer(db, edition.id, at, actor=actor(), now=clock.now())


def ways_in(slug: str, *, error: str = "") -> str:
    """Signing a device in by its code; and the checkpoints, for those who may check in everyone."""
    edition = _open(slug)
    may_choose, may_use_desk = _checks_in(edition), _may(edition, Permission.CHECK_IN)
    offered = list_checkpoints(reading(), edition.id) if may_choose else []
    values: dict[str, Any] = {"checkpoints": offered, "may_choose": may_choose, "error": error}
    values["may_use_desk"] = may_use_desk
    values["is_signed_in"] = current_user.is_authenticated
    values["rehearsal"] = running(reading(), edition.id, now=clock.now()) if may_choose else None
    return render_template("public/checkin/ways_in.html", edition=edition, **values)


def shown(here: Here, scanned: Scanned | None = None, *, forcing: dict[str, Any] | None = None) -> Response:
    station = here.station
    page = render_template(
        "public/checkin/page.html",
        edition=here.edition,
        checkpoint=get_checkpoint(reading(), station.edition_id, station.checkpoint_id),
        station=station,
        rehearsal=_rehearsal(here),
        direction=request.form.get("direction", "in"),
        nonce=_nonce(),
        scanned=scanned,
        passes=_passes(scanned),
        forcing=forcing,
        station_key=station_key(station),
        made_by=called(_links(), station, now=clock.now()),
        results=list(ScanResult),
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = READING
    answer.headers["Station"] = station_key(station)  # by which its worker knows a page that is worth keeping
    return answer


def station_key(station: Station) -> str:
    """The key of a browser's offline storage: one checkpoint and one device or account."""
    by = f"d{station.device_id}" if station.device_id else f"a{station.account_id}"
    return f"{station.checkpoint_id}-{by}"


def _rehearsal(here: Here) -> Rehearsal | None:
    runs = here.station.rehearsal_id
    return get_rehearsal(reading(), here.edition.id, runs) if runs else None


def _passes(scanned: Scanned | None) -> bool:
    return scanned is not None and scanned.result in LETS_THROUGH


def _open(slug: str) -> Edition:
    """A public edition, or one that the organizer may check in. Raises NotFound."""
    edition = find_edition(reading(), slug)
    return edition if edition is not None and _checks_in(edition) else edition_named(slug)


def _checks_in(edition: Edition) -> bool:
    """Whether the visitor is an organizer who may check in everyone there."""
    return _may(edition, Permission.ADMIT)


def _may(edition: Edition, permission: Permission) -> bool:
    """Whether the visitor is an organizer with the permission for everyone there."""
    if not current_user.is_authenticated:
        return False
    access = access_to(reading(), edition.id, actor=actor())
    return not access.needs_two_factor and access.reach(permission) is Reach.ALL


def read_device_clock() -> dict[str, Any]:
    """The times of the device's clock, as the page's script sends them. {} if one of them is malformed."""
    times = {name: request.form[name] for name in ("scanned_at", "sent_at") if request.form.get(name)}
    try:
        return {name: Stamp().deserialize(value) for name, value in times.items()}
    except ma.ValidationError:
        return {}


def _nonce() -> str:
    return secrets.token_urlsafe(12)


def _links() -> Links:
    links: Links = current_app.extensions["forumapp.links"]
    return links


def _config() -> Config:
    config: Config = current_app.extensions["forumapp.config"]
    return config
