"""Pictures and a messy spreadsheet in, a checked cohort out, and nothing guessed in silence."""
