"""Who may do what. The one table of permissions, for services, pages, the API and templates alike. Pure.

A role says how far each permission reaches in an edition: everywhere, or as far as the delegations that its holder is
bound to. A token carries some of its account's permissions, by scope, and never more.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace


class Role(enum.StrEnum):
    OWNER = "owner"
    SECRETARIAT = "secretariat"
    PROGRAM_MANAGER = "program-manager"
    PROTOCOL_OFFICER = "protocol-officer"
    DELEGATION_LIAISON = "delegation-liaison"
    REGISTRATION_DESK = "registration-desk"
    CHECK_IN_VOLUNTEER = "check-in-volunteer"
    PRINT_STAFF = "print-staff"
    VIEWER = "viewer"


class Scope(enum.StrEnum):
    """What a token may be used for."""

    READ = "read"
    REGISTER = "register"
    PROGRAM = "program"
    DELEGATIONS = "delegations"
    PRINT = "print"
    SCAN = "scan"
    ADMIN = "admin"


class Permission(enum.StrEnum):
    SEE_EDITION = "see-edition"  # its days, hosts, venues, rooms, registration types and numbers
    EDIT_EDITION = "edit-edition"
    DO_TASKS = "do-tasks"  # tick the calendar's tasks that are for one's role, and write their notes
    SEE_AGENDA = "see-agenda"
    EDIT_AGENDA = "edit-agenda"
    PUBLISH_AGENDA = "publish-agenda"
    SEE_REGISTRATIONS = "see-registrations"  # names, titles and states
    SEE_ANSWERS = "see-answers"  # contact details, diet and whatever else was asked
    EDIT_REGISTRATIONS = "edit-registrations"  # answers, and cancelling
    DECIDE_REGISTRATIONS = "decide-registrations"  # who has a place, who is a VIP
    SEE_PEOPLE = "see-people"  # the registry of people and organizations across editions
    EDIT_PEOPLE = "edit-people"
    SEE_DELEGATIONS = "see-delegations"
    EDIT_DELEGATIONS = "edit-delegations"  # members and itineraries
    BRING_MEMBERS = "bring-members"  # the list of a delegation: people who are new, registered as its members
    SET_UP_DELEGATIONS = "set-up-delegations"  # which there are, their quotas, parts and liaisons
    SEE_ITINERARIES = "see-itineraries"
    SEE_PRECEDENCE = "see-precedence"
    EDIT_PRECEDENCE = "edit-precedence"
    SEE_PROOFS = "see-proofs"  # name checks: what was sent to whom, and what came back
    EDIT_PROOFS = "edit-proofs"  # and sending them, and deciding on corrections
    EXPORT = "export"  # tables of people to download: with it, what one sees of them on the screen
    PRINT = "print"
    ADMIT = "admit"  # scan codes and check in by name, told names and status alone
    CHECK_IN = "check-in"  # with all that the desk is shown, devices and attendance
    SEE_MAIL = "see-mail"
    SEND_MAIL = "send-mail"
    SEE_LOG = "see-log"
    MANAGE_ACCESS = "manage-access"  # who has which role, and tokens
    CREATE_EDITIONS = "create-editions"  # and series
    ARCHIVE_EDITION = "archive-edition"  # and reopen it


class Reach(enum.IntEnum):
    """How far a permission goes."""

    NONE = 0
    OWN = 1  # the delegations one is bound to, with their parts and members
    ALL = 2


_, D, A = Reach

# fmt: off
ROLES = tuple(Role)
GRANTS: dict[Permission, tuple[Scope, tuple[Reach, ...]]] = {
    # o owner, s secretariat, m program manager, p protocol officer, l delegation liaison, d registration desk,
    # h check-in volunteer (helper), b print staff (badges), v viewer
    #                                 token scope           o   s   m   p   l   d   h   b   v
    Permission.SEE_EDITION:           (Scope.READ,         (A,  A,  A,  A,  A,  A,  _,  A,  A)),
    Permission.EDIT_EDITION:          (Scope.ADMIN,        (A,  A,  _,  _,  _,  _,  _,  _,  _)),
    Permission.DO_TASKS:              (Scope.ADMIN,        (A,  A,  A,  A,  A,  A,  _,  A,  _)),
    Permission.SEE_AGENDA:            (Scope.READ,         (A,  A,  A,  A,  A,  A,  _,  A,  A)),
    Permission.EDIT_AGENDA:           (Scope.PROGRAM,      (A,  A,  A,  _,  _,  _,  _,  _,  _)),
    Permission.PUBLISH_AGENDA:        (Scope.PROGRAM,      (A,  A,  A,  _,  _,  _,  _,  _,  _)),
    Permission.SEE_REGISTRATIONS:     (Scope.READ,         (A,  A,  A,  A,  D,  A,  _,  A,  A)),
    Permission.SEE_ANSWERS:           (Scope.READ,         (A,  A,  _,  A,  D,  A,  _,  _,  _)),
    Permission.EDIT_REGISTRATIONS:    (Scope.REGISTER,     (A,  A,  _,  A,  D,  A,  _,  _,  _)),
    Permission.DECIDE_REGISTRATIONS:  (Scope.REGISTER,     (A,  A,  _,  A,  _,  A,  _,  _,  _)),
    Permission.SEE_PEOPLE:            (Scope.READ,         (A,  A,  A,  A,  D,  A,  _,  _,  _)),
    Permission.EDIT_PEOPLE:           (Scope.REGISTER,     (A,  A,  A,  A,  D,  A,  _,  _,  _)),
    Permission.SEE_DELEGATIONS:       (Scope.READ,         (A,  A,  A,  A,  D,  A,  _,  A,  A)),
    Permission.EDIT_DELEGATIONS:      (Scope.DELEGATIONS,  (A,  A,  _,  A,  D,  _,  _,  _,  _)),
    Permission.BRING_MEMBERS:         (Scope.DELEGATIONS,  (A,  A,  _,  A,  D,  _,  _,  _,  _)),
    Permission.SET_UP_DELEGATIONS:    (Scope.DELEGATIONS,  (A,  A,  _,  A,  _,  _,  _,  _,  _)),
    Permission.SEE_ITINERARIES:       (Scope.READ,         (A,  A,  A,  A,  D,  _,  _,  _,  _)),
    Permission.SEE_PRECEDENCE:        (Scope.READ,         (A,  A,  A,  A,  D,  _,  _,  _,  _)),
    Permission.EDIT_PRECEDENCE:       (Scope.DELEGATIONS,  (A,  _,  _,  A,  _,  _,  _,  _,  _)),
    Permission.SEE_PROOFS:            (Scope.READ,         (A,  A,  _,  A,  D,  _,  _,  _,  _)),
    Permission.EDIT_PROOFS:           (Scope.DELEGATIONS,  (A,  A,  _,  A,  D,  _,  _,  _,  _)),
    Permission.EXPORT:                (Scope.READ,         (A,  A,  A,  A,  D,  _,  _,  _,  _)),
    Permission.PRINT:                 (Scope.PRINT,        (A,  A,  A,  A,  D,  A,  _,  A,  _)),
    Permission.ADMIT:                 (Scope.SCAN,         (A,  A,  _,  A,  D,  A,  A,  _,  _)),
    Permission.CHECK_IN:              (Scope.SCAN,         (A,  A,  _,  A,  D,  A,  _,  _,  _)),
    Permission.SEE_MAIL:              (Scope.READ,         (A,  A,  _,  _,  _,  _,  _,  _,  _)),
    Permission.SEND_MAIL:             (Scope.REGISTER,     (A,  A,  _,  _,  _,  _,  _,  _,  _)),
    Permission.SEE_LOG:               (Scope.ADMIN,        (A,  A,  _,  A,  D,  _,  _,  _,  _)),
    Permission.MANAGE_ACCESS:         (Scope.ADMIN,        (A,  _,  _,  _,  _,  _,  _,  _,  _)),
    Permission.CREATE_EDITIONS:       (Scope.ADMIN,        (A,  _,  _,  _,  _,  _,  _,  _,  _)),
    Permission.ARCHIVE_EDITION:       (Scope.ADMIN,        (A,  _,  _,  _,  _,  _,  _,  _,  _)),
}
# fmt: on
# What is left of it in an edition that is archived: looking, printing, access, the next edition, and reopening.
WHEN_ARCHIVED = frozenset(
    {
        Permission.SEE_EDITION,
        Permission.SEE_AGENDA,
        Permission.SEE_REGISTRATIONS,
        Permission.SEE_ANSWERS,
        Permission.SEE_PEOPLE,
        Permission.SEE_DELEGATIONS,
        Permission.SEE_ITINERARIES,
        Permission.SEE_PRECEDENCE,
        Permission.SEE_PROOFS,
        Permission.EXPORT,
        Permission.PRINT,
        Permission.SEE_MAIL,
        Permission.SEE_LOG,
        Permission.MANAGE_ACCESS,
        Permission.CREATE_EDITIONS,
        Permission.ARCHIVE_EDITION,
    }
)
# What some roles have for their own delegations alone. Roles add up, so that one caller may have the one of these
# everywhere and the other for some rows: what is shown or done of a row asks for that row.
BY_ROW = frozenset(permission for permission, (_scope, row) in GRANTS.items() if Reach.OWN in row)
_REACH = {
    (role, permission): reach
    for permission, (_scope, row) in GRANTS.items()
    for role, reach in zip(ROLES, row, strict=True)
}


def reach_of(role: Role, permission: Permission) -> Reach:
    return _REACH[role, permission]


def roles_that(permission: Permission) -> tuple[Role, ...]:
    return tuple(role for role in Role if reach_of(role, permission) is not Reach.NONE)


def roles_with_all(*permissions: Permission) -> tuple[Role, ...]:
    """Those that have each of these everywhere in an edition."""
    return tuple(role for role in Role if all(reach_of(role, one) is Reach.ALL for one in permissions))


def in_scope(permission: Permission, scopes: frozenset[str] | None) -> bool:
    """Whether a token with these scopes carries the permission; None is a person, who needs no scope."""
    return scopes is None or Scope.ADMIN in scopes or GRANTS[permission][0] in scopes


@dataclass(frozen=True, slots=True)
class Access:
    """What one caller may do in one edition. `delegations` are the ids one is bound to, with all their parts.

    Whoever has a role there that counts only with a second factor `needs_two_factor`, and may do nothing. An account
    that `creates` editions may begin one from any in which it has a role. One that is `archived` is read-only.
    """

    edition_id: int
    roles: frozenset[Role] = frozenset()
    delegations: frozenset[int] = frozenset()
    scopes: frozenset[str] | None = None
    needs_two_factor: bool = False
    creates: bool = False
    archived: bool = False

    def reach(self, permission: Permission) -> Reach:
        """The farthest that any of the roles gives. Being bound to nothing reaches nothing."""
        if not in_scope(permission, self.scopes) or (self.archived and permission not in WHEN_ARCHIVED):
            return Reach.NONE
        if permission is Permission.CREATE_EDITIONS and self.creates and self.roles:
            return Reach.ALL
        farthest = max((reach_of(role, permission) for role in self.roles), default=Reach.NONE)
        return Reach.NONE if farthest is Reach.OWN and not self.delegations else farthest

    def allows(self, permission: Permission) -> bool:
        """Anywhere in the edition: of a row, ask `access.reaches`."""
        return self.reach(permission) is not Reach.NONE

    def would_allow(self, permission: Permission) -> bool:
        """Whether it is for nothing but being archived that the edition does not."""
        return self.archived and self.reopened().allows(permission)

    def reopened(self) -> Access:
        """What one may do there whenever the edition is not archived."""
        return replace(self, archived=False)

    def within(self, *permissions: Permission) -> frozenset[int] | None:
        """The delegations for which one has all of these; None is no limit."""
        reach = min(map(self.reach, permissions))
        if reach is Reach.ALL:
            return None
        return self.delegations if reach is Reach.OWN else frozenset()


def whole_house(edition_id: int) -> Access:
    """What a console command or a workflow may: all that an owner may."""
    return Access(edition_id, frozenset({Role.OWNER}))
