"""People, places and cameras as pictures. Lengths are fractions of standing height unless said otherwise."""
