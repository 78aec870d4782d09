"""Who may see and do what, and what is written down about it."""
