"""The documents of a cohort: datasheet, card, figure, subgroup tables and a page."""
