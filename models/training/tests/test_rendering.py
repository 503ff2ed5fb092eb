import unittest

import numpy as np

from descry_training.rendering.light import Light
from descry_training.rendering.render import Picture, render
from descry_training.rendering.solids import box, ellipsoid, quad, tube
from descry_training.rendering.surface import Finish
from descry_training.rendering.texture import PATTERN_IDS
from descry_training.rendering.view import PinholeView, frame_box, look_at

NOON = Light((0.0, 0.3, 1.0), (0.8, 0.8, 0.8), (0.3, 0.3, 0.3), (0.1, 0.1, 0.1), 0.0)
FLOOR = quad([(-4, -4, 0), (4, -4, 0), (4, 4, 0), (-4, 4, 0)], Finish((128, 128, 128)), rows=8, columns=8)
RED, BLUE = Finish((220, 20, 20)), Finish((20, 20, 220))


VIEW = PinholeView(*look_at((0, 5, 2), (0, 0, 0.8)), 120.0, 32, 48)


def photograph(surfaces) -> Picture:
    return render(surfaces, VIEW, NOON, 64, 96)


class Rendering(unittest.TestCase):
    def test_what_is_nearer_hides_what_is_behind(self):
        far, near = box((0, 0, 0.8), (1, 0.2, 1), RED, 1), box((0, 1, 0.8), (1, 0.2, 1), BLUE, 2)
        for order in (far + near, near + far):
            picture = photograph(order)
            self.assertEqual(picture.part[48, 32], 2)
            self.assertGreater(picture.colour[48, 32, 2], picture.colour[48, 32, 0])

    def test_depth_is_the_distance_along_the_view(self):
        picture = photograph(box((0, 0, 0.8), (1, 0.02, 1), RED))
        self.assertAlmostEqual(float(picture.depth[48, 32]), np.hypot(5, 1.2), delta=0.05)
        self.assertTrue(np.isinf(picture.depth[0, 0]))

    def test_things_throw_shadows_and_sheets_that_cast_none_do_not(self):
        lid = quad([(-0.5, -0.5, 1.6), (0.5, -0.5, 1.6), (0.5, 0.5, 1.6), (-0.5, 0.5, 1.6)], RED)
        lit = photograph(FLOOR).colour
        shaded = photograph(FLOOR + lid).colour
        pixels, _ = VIEW.project(np.zeros((1, 3)))
        column, row = pixels[0].astype(int)  # the floor at the origin
        self.assertLess(shaded[row, column].sum(), 0.75 * lit[row, column].sum())
        lid[0].casts = False
        np.testing.assert_allclose(photograph(FLOOR + lid).colour[row, column], lit[row, column], rtol=0.15)

    def test_every_pattern_shows_both_colours_or_is_plain(self):
        for pattern in PATTERN_IDS:
            with self.subTest(pattern):
                cloth = Finish((230, 230, 230), pattern, (10, 10, 10), 0.12, seed=5)
                wall = quad([(-1, 0, 2), (1, 0, 2), (1, 0, 0), (-1, 0, 0)], cloth)
                uv = np.array([[[-1, 0], [1, 0]], [[-1, 2], [1, 2]]], np.float32) * 0.5
                wall[0].uv = uv
                colour = photograph(wall).colour[10:80, 12:52]
                self.assertTrue(np.isfinite(colour).all())
                if pattern not in ("plain", "sleeves", "side stripe"):
                    self.assertGreater(np.ptp(colour.mean(axis=2)), 0.05)

    def test_a_tubes_texture_starts_in_front(self):
        """The middle of the front has u = 0: a logo is on the chest, not under an arm."""
        finish = Finish((240, 240, 240), "print", (10, 10, 10), seed=3)
        picture = photograph(tube([(0, 0, 1.4), (0, 0, 0.4)], [0.2, 0.2], finish, 1, 16, up=(0, 1, 0), caps=False))
        front = picture.colour[20:80, 28:36].mean(axis=(0, 2))
        self.assertLess(front.min(), 0.8 * picture.colour[20:80][picture.part[20:80] == 1].max())

    def test_frame_box_puts_points_where_asked(self):
        points = np.array([(-0.3, 0, 0), (0.3, 0, 0), (0, 0, 1.7)])
        position, rotation = look_at((0, 6, 2), (0, 0, 0.9))
        view, width = frame_box(position, rotation, points, 200, 0.05, 0.1, 0.0, 0.4)
        pixels, _ = view.project(points)
        self.assertEqual(width, 80)
        self.assertAlmostEqual(pixels[:, 1].min(), 10, places=4)
        self.assertAlmostEqual(pixels[:, 1].max(), 180, places=4)
        self.assertAlmostEqual((pixels[:, 0].min() + pixels[:, 0].max()) / 2, 40, places=4)

    def test_the_same_scene_gives_the_same_picture(self):
        ball = ellipsoid(
            (0, 0, 1), (0.3, 0.3, 0.3), Finish((90, 120, 60), "camouflage", (30, 40, 20), folds=0.5, seed=9)
        )
        np.testing.assert_array_equal(photograph(FLOOR + ball).colour, photograph(FLOOR + ball).colour)


if __name__ == "__main__":
    unittest.main()
