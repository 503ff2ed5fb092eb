"""From surfaces, a light and a view to pixels: a small z-buffer renderer on the processor."""
