"""Perceptual distances: LPIPS, and one of our own for machines without AlexNet's weights."""
