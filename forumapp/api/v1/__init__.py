"""Version 1: one module a domain, its schemas and operations together."""

from __future__ import annotations

from forumapp.api.v1 import (
    agenda,
    answer_files,
    audit,
    calendar,
    cloning,
    contents,
    delegations,
    findings,
    forums,
    hosts,
    imports,
    invitations,
    letters,
    overview,
    people,
    places,
    precedence,
    printing,
    proofs,
    registration,
    registration_export,
    registry,
    removals,
    retention,
    substituting,
    venues,
)

BLUEPRINTS = tuple(
    module.blueprint
    for module in (
        forums,
        cloning,
        overview,
        hosts,
        venues,
        contents,
        calendar,
        people,
        registry,
        imports,
        precedence,
        agenda,
        registration,
        registration_export,
        answer_files,
        invitations,
        substituting,
        places,
        letters,
        delegations,
        proofs,
        printing,
        findings,
        removals,
        retention,
        audit,
    )
)
