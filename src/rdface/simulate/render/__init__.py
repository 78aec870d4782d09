"""From a child and a view to the finished picture."""
