"""The database: sessions, transactions, the write lock, columns."""
