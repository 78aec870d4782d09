"""Scorers of synthetic images, one idea a file."""
