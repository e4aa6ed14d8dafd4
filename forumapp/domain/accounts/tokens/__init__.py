"""API tokens and idempotency keys."""
