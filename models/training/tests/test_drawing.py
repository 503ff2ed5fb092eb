import unittest
from random import Random

import numpy as np

from descry_training.dataset import COLUMNS, ROWS, draw_views
from descry_training.describable import SLOT_PARTS, View
from descry_training.drawing.crop import draw_crop, part_grid
from descry_training.dataset import person_of


class Drawing(unittest.TestCase):
    def test_same_seed_same_picture(self):
        first, second = draw_views(4, 2, 1), draw_views(4, 2, 1)
        self.assertTrue(np.array_equal(first[0], second[0]))
        self.assertEqual(first[0].shape, (1, 128, 48, 3))

    def test_clothes_are_where_clothes_are(self):
        rows = []
        for index in range(40):
            drawing = draw_crop(Random(index), person_of(9, index), View("front", "standing"))
            grid = part_grid(drawing.parts, ROWS, COLUMNS)
            rows += [row for row, _ in np.argwhere(grid & (1 << SLOT_PARTS["upper"]))]
        self.assertTrue(3 < np.mean(rows) < 8, "the trunk lies in the upper half")
