"""Who is drawn: the facts of a person, independent of any crop."""
