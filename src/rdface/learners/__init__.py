"""From the embeddings of a fold to ranked conditions for its test images."""
