"""Who and what: conditions, patients and images in one checked folder."""
