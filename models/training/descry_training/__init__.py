"""Build-time recipe of the built-in model pack: draw people, write sentences about them, train, export."""
