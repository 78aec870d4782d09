"""Pretrained weights: what there is, where it lies, whether it is what it claims to be."""
