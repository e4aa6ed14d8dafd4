"""Documentation of responses that many operations share."""

from __future__ import annotations

from typing import Any

from forumapp.api.problems import PROBLEM, ProblemSchema

TOO_MANY: dict[str, Any] = {
    "schema": ProblemSchema,
    "content_type": PROBLEM,
    "description": "Too many requests from this address, or for one mail address",
    "headers": {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}}},
}
LED_ON: dict[str, Any] = {
    "schema": ProblemSchema,
    "content_type": PROBLEM,
    "description": "The record was merged into another",
    "headers": {"Location": {"description": "The address of the remaining record", "schema": {"type": "string"}}},
}
LOCATION = {"Location": {"description": "The address of the new record", "schema": {"type": "string"}}}
