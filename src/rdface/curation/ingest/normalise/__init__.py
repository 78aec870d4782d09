"""From a cell of a spreadsheet to a value of a cohort, or to a doubt; one kind of value a file."""
