"""The body: measures, joints in a pose, and the skin that shows."""
