"""The CC0 head: its mesh, how a child shapes it, and what a ruler says of it."""
