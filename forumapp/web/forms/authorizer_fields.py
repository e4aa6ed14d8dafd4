"""The fields with which somebody authorizes an override."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.team.authorizers import list_authorizers
from forumapp.domain.checkin.scanning.override import LONGEST_NAME, LONGEST_REASON, Authorizer
from forumapp.web.forms.faults import fault

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("authorized_by", "authorized_name", "reason")


def asked(edition_id: int, me: int | None) -> dict[str, Any]:
    """The variables of `macros/authorizing.html`. The signed-in account authorizes it unless another is chosen."""
    offered = list_authorizers(reading(), edition_id)
    mine = me if any(account_id == me for account_id, _name in offered) else ""
    return {"authorizers": offered, "typed": {"authorized_by": mine}, "errors": {}}


def asked_again(edition_id: int, faults: Mapping[str, str]) -> dict[str, Any]:
    """The same variables with the submitted values and their faults."""
    typed = {name: request.form.get(name, "") for name in NAMES}
    errors = {name: fault(code) for name, code in faults.items()}
    return {"authorizers": list_authorizers(reading(), edition_id), "typed": typed, "errors": errors}


def read_authorizer() -> tuple[Authorizer, str]:
    """The authorizer and the reason. The name is empty if an account is chosen."""
    account = request.form.get("authorized_by", 0, whole_number) or None
    name = "" if account else request.form.get("authorized_name", "")[: LONGEST_NAME + 1]
    return Authorizer(account, name), request.form.get("reason", "")[: LONGEST_REASON + 1]
