"""HPO terms as traits: what each moves, by how much, and the calibration behind it."""
