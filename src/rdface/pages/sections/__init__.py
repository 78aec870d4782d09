"""The report's sections, one a file: evidence in, what the template prints out."""
