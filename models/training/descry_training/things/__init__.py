"""Things that people carry, hold and push, as surfaces on a posed body."""
