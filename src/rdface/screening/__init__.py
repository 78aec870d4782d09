"""New faces to a table of scores, to the ones worth keeping; and what a generator remembers."""
