"""Who is simulated: plans, populations, children and what they wear in their hair."""
