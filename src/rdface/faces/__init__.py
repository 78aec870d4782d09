"""From a picture to a face: box, points, aligned crop."""
