"""One describer a file; each registers itself."""
