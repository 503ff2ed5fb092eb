"""What may truthfully be said of a person in a crop, and the many ways in which people say it."""
