"""From an aligned crop to an embedding; every backbone brings its own preprocessing."""
