"""Which described part the pixels of a thing belong to."""

from ..language.describable import SLOT_PARTS

BAG = SLOT_PARTS["bag"]
UMBRELLA = SLOT_PARTS["umbrella"]
HELD = SLOT_PARTS["held"]
PUSHED = SLOT_PARTS["pushed"]
