"""Version 1: one module a domain, its schemas and operations together."""

from __future__ import annotations

from forumapp.api.v1 import forums

BLUEPRINTS = (forums.blueprint,)
