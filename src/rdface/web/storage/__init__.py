"""The explorer's database: accounts, sessions, attempts to sign in, and the audit log."""
