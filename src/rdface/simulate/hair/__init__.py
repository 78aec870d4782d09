"""Hair on the head and brows, strand by strand."""
