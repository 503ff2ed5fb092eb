import math
import unittest
from random import Random

import numpy as np

from descry_training.body.pose import GESTURES, Pose, sample_pose
from descry_training.body.shape import body_shape
from descry_training.body.skeleton import FOREARM, SHIN, THIGH, UPPER_ARM, bend, pose_skeleton
from descry_training.clothes.lower import lower_surfaces
from descry_training.clothes.trunk import Fit, trunk_rings
from descry_training.clothes.upper import upper_surfaces
from descry_training.people.sample import sample_person
from descry_training.rendering.solids import ring_angles

PEOPLE = [sample_person(Random(seed)) for seed in range(40)]


def skeletons():
    for number, person in enumerate(PEOPLE):
        rng = Random(number)
        pose = sample_pose(rng, rng.choice(("walking", "standing", "running")), {})
        yield person, pose_skeleton(body_shape(person, rng), pose, rng.uniform(0, 6.28))


class Body(unittest.TestCase):
    def test_bones_keep_their_length_and_feet_stand_on_the_ground(self):
        for _, skeleton in skeletons():
            h = skeleton.height
            for side in "lr":
                lengths = {
                    (f"hip_{side}", f"knee_{side}"): THIGH,
                    (f"knee_{side}", f"ankle_{side}"): SHIN,
                    (f"shoulder_{side}", f"elbow_{side}"): UPPER_ARM,
                    (f"elbow_{side}", f"wrist_{side}"): FOREARM,
                }
                for (start, end), length in lengths.items():
                    found = np.linalg.norm(skeleton[end] - skeleton[start]) / h
                    self.assertAlmostEqual(found, length, delta=0.012, msg=f"{start} {end}")
            lowest = min(skeleton[f"{joint}_{side}"][2] for joint in ("heel", "toe") for side in "lr")
            self.assertAlmostEqual(lowest, 0, places=6)

    def test_yaw_turns_the_body_counter_clockwise_from_plus_y(self):
        person = PEOPLE[0]
        pose = Pose("standing", 0, 0, 0, 0.2, 0.1, 0, 0.8, 0, 0)
        skeleton = pose_skeleton(body_shape(person, Random(1)), pose, math.pi / 2)
        np.testing.assert_allclose(skeleton.facing, (-1, 0, 0), atol=1e-9)
        self.assertGreater(skeleton["shoulder_r"][1], skeleton["shoulder_l"][1])

    def test_a_hand_goes_to_the_ear_and_every_gesture_is_reachable(self):
        shape = body_shape(PEOPLE[0], Random(1))
        base = dict(
            action="standing",
            phase=0,
            stride=0,
            swing=0,
            elbow=0.2,
            spread=0.1,
            lean=0,
            stance=0.8,
            head_yaw=0,
            head_pitch=0,
        )
        skeleton = pose_skeleton(shape, Pose(**base, busy={"r": "phone at ear"}), 0)
        self.assertLess(np.linalg.norm(skeleton["wrist_r"] - skeleton["head"]), 0.25)
        for gesture in GESTURES:
            skeleton = pose_skeleton(shape, Pose(**base, gesture=gesture), 0)
            self.assertTrue(all(np.isfinite(point).all() for point in skeleton.joints.values()))

    def test_bend_reaches_what_is_near_and_stretches_to_what_is_far(self):
        root, pole = np.zeros(3), np.array((0, 1.0, 0))
        elbow, end = bend(root, np.array((0.3, 0, 0)), 0.25, 0.2, pole)
        np.testing.assert_allclose(end, (0.3, 0, 0), atol=1e-9)
        self.assertGreater(elbow[1], 0)
        _, end = bend(root, np.array((9.0, 0, 0)), 0.25, 0.2, pole)
        self.assertAlmostEqual(np.linalg.norm(end), 0.45, delta=0.01)


class Clothes(unittest.TestCase):
    def test_all_clothes_are_finite_and_near_the_body(self):
        for person, skeleton in skeletons():
            surfaces = upper_surfaces(person, skeleton, 1, 2, 14)
            if person.lower:
                surfaces += lower_surfaces(person.lower, skeleton, 3, person.upper.tucked)
            points = np.concatenate([surface.points.reshape(-1, 3) for surface in surfaces])
            self.assertTrue(np.isfinite(points).all())
            self.assertLess(np.abs(points[:, :2]).max(), 1.3)
            self.assertGreater(points[:, 2].min(), -0.05)

    def test_a_longer_hem_reaches_lower_and_a_skirt_goes_around_both_knees(self):
        for _, skeleton in skeletons():
            short, long = (trunk_rings(skeleton, 0.61, hem, Fit(0.01), 10, ring_angles(20)) for hem in (0.5, 0.25))
            self.assertLess(long[..., 2].min(), short[..., 2].min())
            ring = long[-1] - long[-1].mean(axis=0)
            half_depth, half_width = np.abs(ring @ skeleton.facing).max(), np.abs(ring @ skeleton.side).max()
            for side in "lr":
                offset = skeleton[f"knee_{side}"] - long[-1].mean(axis=0)
                self.assertLess(abs(offset @ skeleton.side), half_width)
                self.assertLess(abs(offset @ skeleton.facing), half_depth + 0.03)


if __name__ == "__main__":
    unittest.main()
