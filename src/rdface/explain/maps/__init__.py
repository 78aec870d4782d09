"""Methods that draw a saliency map, a file each; see rdface.explain.saliency."""
