"""How a photograph is taken: pose, expression, clothes, background, camera and film."""
