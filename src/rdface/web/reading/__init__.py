"""What the pages and the API say, computed from cohort, runs and pools; one file a page."""
