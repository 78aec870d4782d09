"""The report's figures, one a file: plain values in, HTML and SVG out."""
