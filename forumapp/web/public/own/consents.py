"""What a registrant has agreed to: taking it back, and agreeing later, on their own page."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from flask import redirect, url_for

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Invalid
from forumapp.core.serving.rate_limits import FORMS, is_local, limiter
from forumapp.domain.registration.emails import LINK_PURPOSE
from forumapp.domain.registration.lifecycle.consent import give_own_consent, withdraw_own_consent
from forumapp.web.public.own.page import blueprint
from forumapp.web.public.signed_links import read_link
from forumapp.web.public.site import VISITOR
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/<token>/consents/<purpose>/agree")
@limiter.limit(FORMS, exempt_when=is_local)
def agree(token: str, purpose: str) -> ResponseReturnValue:
    registration_id, link_number = read_link(LINK_PURPOSE, token)
    with suppress(Invalid), transaction() as db:  # what is no longer asked is not on the page any more
        give_own_consent(db, registration_id, link_number, purpose, language=language(), actor=VISITOR, now=clock.now())
    return redirect(url_for(".page", token=token, _anchor="consents"), 303)


@blueprint.post("/<token>/consents/<purpose>/withdraw")
@limiter.limit(FORMS, exempt_when=is_local)
def withdraw(token: str, purpose: str) -> ResponseReturnValue:
    registration_id, link_number = read_link(LINK_PURPOSE, token)
    with transaction() as db:
        withdraw_own_consent(db, registration_id, link_number, purpose, actor=VISITOR, now=clock.now())
    return redirect(url_for(".page", token=token, _anchor="consents"), 303)
