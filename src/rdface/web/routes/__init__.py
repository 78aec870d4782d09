"""Pages: one file each, HTML."""
