"""From a folder of photographs to an ethical, documented cohort, and what is due to it later."""
