"""Registration types: questions, allotments, capacity, invitations."""
