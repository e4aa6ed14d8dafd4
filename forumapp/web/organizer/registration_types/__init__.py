"""Registration types, their forms, allotments and invitations."""
