"""Check-in rehearsed on real data, which leaves nothing behind."""
