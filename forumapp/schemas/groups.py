"""Group registrations: the contact and their people."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from forumapp.schemas.registration import MailAddress, NameLine, Phone, RegistrationSchema


class GroupPersonSchema(RegistrationSchema):
    """A person registered by a group's contact. Without an address of their own, mail goes to the contact. Consents are
    their own.
    """

    class Meta:
        exclude = ("language", "consent", "consents")

    email = MailAddress(load_default=None)


class NewGroupPersonSchema(GroupPersonSchema):
    """The same where the questions are not at hand yet: the service holds the answers against them."""

    @ma.validates_schema
    def _whole(self, values: dict[str, Any], **_: Any) -> None:
        pass


class ContactSchema(ma.Schema):
    """The contact of a group."""

    error_messages = RegistrationSchema.error_messages

    name = NameLine(required=True)
    email = MailAddress(required=True)
    phone = Phone(load_default="")
