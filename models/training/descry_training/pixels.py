"""How pixels are scaled on their way into the image tower; pack.json says the same to the app."""

PIXEL_MEAN = (0.485, 0.456, 0.406)
PIXEL_STD = (0.229, 0.224, 0.225)
