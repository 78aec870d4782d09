"""Numbers from predictions: pure functions, NumPy in, numbers out."""
