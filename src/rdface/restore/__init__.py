"""Optional steps that alter old pictures: padding, super-resolution, colourisation."""
