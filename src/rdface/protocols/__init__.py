"""Who trains on whom: folds of image ids, and the guards that keep them apart."""
