"""The table of permissions, row by row where it decides what someone must not see or do."""

from __future__ import annotations

import pytest

from forumapp.domain.accounts.permissions import (
    GRANTS,
    ROLES,
    WHEN_ARCHIVED,
    Access,
    Permission,
    Reach,
    Role,
    Scope,
    in_scope,
    reach_of,
    whole_house,
)

LIAISON = Role.DELEGATION_LIAISON
# What one must see to do something; not in the table: what concerns no page of its own.
SEEN_BY = {
    Permission.EDIT_EDITION: Permission.SEE_EDITION,
    Permission.DO_TASKS: Permission.SEE_EDITION,
    Permission.EDIT_AGENDA: Permission.SEE_AGENDA,
    Permission.PUBLISH_AGENDA: Permission.SEE_AGENDA,
    Permission.EDIT_REGISTRATIONS: Permission.SEE_ANSWERS,
    Permission.SEE_ANSWERS: Permission.SEE_REGISTRATIONS,
    Permission.DECIDE_REGISTRATIONS: Permission.SEE_REGISTRATIONS,
    Permission.CHECK_IN: Permission.SEE_REGISTRATIONS,
    Permission.EDIT_PEOPLE: Permission.SEE_PEOPLE,
    Permission.BRING_MEMBERS: Permission.SEE_DELEGATIONS,
    Permission.EDIT_DELEGATIONS: Permission.SEE_ITINERARIES,
    Permission.SEE_ITINERARIES: Permission.SEE_DELEGATIONS,
    Permission.SET_UP_DELEGATIONS: Permission.SEE_DELEGATIONS,
    Permission.EDIT_PRECEDENCE: Permission.SEE_PRECEDENCE,
    Permission.EDIT_PROOFS: Permission.SEE_PROOFS,
    Permission.SEND_MAIL: Permission.SEE_MAIL,
}
READS = {permission for permission, (scope, _) in GRANTS.items() if scope is Scope.READ}
ALONE = {
    Permission.ADMIT,
    Permission.PRINT,
    Permission.SEE_LOG,
    Permission.MANAGE_ACCESS,
    Permission.CREATE_EDITIONS,
    Permission.ARCHIVE_EDITION,
}


def holders(permission: Permission, reach: Reach = Reach.ALL) -> set[Role]:
    return {role for role in Role if reach_of(role, permission) is reach}


def test_the_table_names_every_permission_and_has_a_column_for_every_role() -> None:
    assert list(GRANTS) == list(Permission)
    assert {permission: len(row) for permission, (_, row) in GRANTS.items() if len(row) != len(ROLES)} == {}


def test_every_permission_has_a_scope_of_tokens_and_every_scope_carries_something() -> None:
    assert {scope for scope, _ in GRANTS.values()} == set(Scope)


def test_the_owner_may_do_everything() -> None:
    assert {permission for permission in Permission if reach_of(Role.OWNER, permission) is not Reach.ALL} == set()


def test_only_the_owner_gives_access_and_makes_editions() -> None:
    assert holders(Permission.MANAGE_ACCESS) == {Role.OWNER}
    assert holders(Permission.CREATE_EDITIONS) == {Role.OWNER}
    assert holders(Permission.ARCHIVE_EDITION) == {Role.OWNER}


def test_only_a_liaison_is_limited_to_delegations() -> None:
    assert {role for permission in Permission for role in holders(permission, Reach.OWN)} == {LIAISON}


def test_a_liaison_reaches_everywhere_only_what_tells_nothing_of_people_of_other_delegations() -> None:
    everywhere = {permission for permission in Permission if reach_of(LIAISON, permission) is Reach.ALL}

    assert everywhere == {Permission.SEE_EDITION, Permission.DO_TASKS, Permission.SEE_AGENDA}


def test_a_viewer_changes_nothing_and_sees_no_contact_details() -> None:
    held = {permission for permission in Permission if reach_of(Role.VIEWER, permission) is not Reach.NONE}

    assert held == {
        Permission.SEE_EDITION,
        Permission.SEE_AGENDA,
        Permission.SEE_REGISTRATIONS,
        Permission.SEE_DELEGATIONS,
    }


def test_contact_details_and_diet_are_closed_to_those_who_need_them_not() -> None:
    assert holders(Permission.SEE_ANSWERS, Reach.NONE) == {
        Role.PROGRAM_MANAGER,
        Role.CHECK_IN_VOLUNTEER,
        Role.PRINT_STAFF,
        Role.VIEWER,
    }


@pytest.mark.parametrize("role", [Role.REGISTRATION_DESK, Role.CHECK_IN_VOLUNTEER, Role.PRINT_STAFF, Role.VIEWER])
def test_the_desk_print_staff_and_viewers_export_nothing(role: Role) -> None:
    assert reach_of(role, Permission.EXPORT) is Reach.NONE


def test_a_check_in_volunteer_admits_people_and_nothing_else() -> None:
    held = {permission for permission in Permission if reach_of(Role.CHECK_IN_VOLUNTEER, permission) is not Reach.NONE}

    assert held == {Permission.ADMIT}


def test_precedence_is_decided_by_the_owner_and_the_protocol_officer() -> None:
    assert holders(Permission.EDIT_PRECEDENCE) == {Role.OWNER, Role.PROTOCOL_OFFICER}


def test_the_agenda_is_changed_by_those_who_build_it() -> None:
    builders = {Role.OWNER, Role.SECRETARIAT, Role.PROGRAM_MANAGER}

    assert (holders(Permission.EDIT_AGENDA), holders(Permission.PUBLISH_AGENDA)) == (builders, builders)


def test_places_are_not_decided_by_liaisons() -> None:
    """They would take them from others: quotas of types are shared by all delegations."""
    assert reach_of(LIAISON, Permission.DECIDE_REGISTRATIONS) is Reach.NONE
    assert reach_of(LIAISON, Permission.SET_UP_DELEGATIONS) is Reach.NONE


def test_every_permission_to_change_is_followed_to_what_one_must_see_for_it() -> None:
    assert set(Permission) - READS - ALONE - set(SEEN_BY) == set()


@pytest.mark.parametrize("role", Role)
def test_whoever_changes_something_sees_it_as_far(role: Role) -> None:
    blind = {
        (change.value, see.value) for change, see in SEEN_BY.items() if reach_of(role, change) > reach_of(role, see)
    }

    assert blind == set()


def test_a_liaison_bound_to_nothing_reaches_nothing_of_people() -> None:
    unbound, bound = (Access(1, frozenset({LIAISON}), delegations) for delegations in (frozenset(), frozenset({7})))

    assert (unbound.allows(Permission.SEE_DELEGATIONS), unbound.within(Permission.SEE_DELEGATIONS)) == (
        False,
        frozenset(),
    )
    assert (bound.allows(Permission.SEE_DELEGATIONS), bound.within(Permission.SEE_DELEGATIONS)) == (True, {7})


def test_of_several_roles_the_farthest_counts() -> None:
    both = Access(1, frozenset({LIAISON, Role.VIEWER}), frozenset({7}))

    assert both.within(Permission.SEE_DELEGATIONS) is None
    assert both.within(Permission.SEE_ITINERARIES) == {7}


def test_what_is_archived_is_seen_and_printed_and_its_access_taken_away_and_nothing_else() -> None:
    owner = Access(1, frozenset({Role.OWNER}), archived=True)
    kept = {
        Permission.EXPORT,
        Permission.PRINT,
        Permission.MANAGE_ACCESS,
        Permission.CREATE_EDITIONS,
        Permission.ARCHIVE_EDITION,
    }

    allowed = {permission for permission in Permission if owner.allows(permission)}

    assert allowed == kept | {permission for permission in Permission if permission.value.startswith("see-")}
    assert allowed == WHEN_ARCHIVED
    refused = set(Permission) - allowed
    assert {permission for permission in refused if owner.would_allow(permission)} == refused


def test_archiving_gives_nobody_what_they_had_not() -> None:
    for role in Role:
        before, after = (Access(1, frozenset({role}), frozenset({7}), archived=archived) for archived in (False, True))
        assert [one for one in Permission if after.reach(one) > before.reach(one)] == []
        assert after.reach(Permission.SEE_PEOPLE) == before.reach(Permission.SEE_PEOPLE)


def test_without_a_role_nothing_is_allowed() -> None:
    assert {permission for permission in Permission if Access(1).allows(permission)} == set()


@pytest.mark.parametrize("scopes", [frozenset(), frozenset({"everything"}), frozenset({"ADMIN", "reads"})])
def test_a_token_whose_scopes_are_unknown_carries_nothing(scopes: frozenset[str]) -> None:
    access = Access(1, frozenset({Role.OWNER}), scopes=scopes)

    assert {permission for permission in Permission if access.allows(permission)} == set()


@pytest.mark.parametrize("scope", Scope)
def test_a_token_carries_what_its_scope_names_and_all_only_as_admin(scope: Scope) -> None:
    carried = {permission for permission in Permission if in_scope(permission, frozenset({scope.value}))}
    named = {permission for permission, (of, _) in GRANTS.items() if of is scope}

    assert carried == (set(Permission) if scope is Scope.ADMIN else named)


def test_a_token_gives_no_more_than_the_roles_of_its_account() -> None:
    access = Access(1, frozenset({Role.VIEWER}), scopes=frozenset({"admin"}))

    assert not access.allows(Permission.EDIT_AGENDA)


def test_a_person_needs_no_scope_and_the_console_may_do_all() -> None:
    assert in_scope(Permission.MANAGE_ACCESS, None)
    assert all(whole_house(1).within(permission) is None for permission in Permission)
