"""Taking no more mail, by the signed link of a mail. Opening it changes nothing, since mail scanners open all links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, redirect, render_template, url_for

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import LinkHasEnded
from forumapp.core.serving.rate_limits import FORMS, is_local, limiter
from forumapp.domain.mail import suppressing
from forumapp.web.frame import pages
from forumapp.web.public.signed_links import keep_private
from forumapp.web.public.site import VISITOR

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from forumapp.core.tokens import Links

blueprint = pages("unsubscribing", __name__, url_prefix="/u")
blueprint.after_request(keep_private)


@blueprint.get("/<token>")
def page(token: str) -> str:
    suppression = suppressing.find_suppression(reading(), key_in(token))
    return render_template("public/unsubscribing/page.html", token=token, found=suppression)


@blueprint.post("/<token>")
@limiter.limit(FORMS, exempt_when=is_local)
def unsubscribe(token: str) -> ResponseReturnValue:
    """By the page's button, or by a mail program's (List-Unsubscribe-Post)."""
    key = key_in(token)
    with transaction() as db:
        suppressing.unsubscribe(db, key, actor=VISITOR, now=clock.now())
    return redirect(url_for(".page", token=token), 303)


@blueprint.post("/<token>/again")
@limiter.limit(FORMS, exempt_when=is_local)
def subscribe(token: str) -> ResponseReturnValue:
    """The way back."""
    key = key_in(token)
    with transaction() as db:
        suppressing.come_back(db, key, actor=VISITOR, now=clock.now())
    return redirect(url_for(".page", token=token), 303)


def key_in(token: str) -> str:
    links: Links = current_app.extensions["forumapp.links"]
    values = links.read(suppressing.UNSUBSCRIBE, token, now=clock.now())
    if not values:
        raise LinkHasEnded
    return str(values[0])
