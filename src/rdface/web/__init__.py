"""The explorer: a cohort, its runs and its pools in a browser, served by this machine alone."""
