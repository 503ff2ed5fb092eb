"""One crop of footage: a person in a place, among others, seen by a camera, boxed by a detector."""
