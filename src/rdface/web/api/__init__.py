"""The same as JSON, described by OpenAPI."""
