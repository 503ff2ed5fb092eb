import unittest

import numpy as np

from descry_training.learning.metrics import retrieval_metrics


class Metrics(unittest.TestCase):
    def test_by_hand(self):
        similarity = np.array([[0.9, 0.8, 0.1, 0.5], [0.1, 0.9, 0.8, 0.7]])
        relevant = np.array([[True, False, False, True], [False, False, True, False]])
        metrics = retrieval_metrics(similarity, relevant)
        self.assertEqual(metrics["rank1"], 50)
        self.assertEqual(metrics["rank5"], 100)
        # query 1: hits at ranks 1 and 3; query 2: at rank 2
        self.assertAlmostEqual(metrics["meanAveragePrecision"], 100 * ((1 + 2 / 3) / 2 + 1 / 2) / 2, places=1)
        self.assertAlmostEqual(metrics["meanInversePenalty"], 100 * (2 / 3 + 1 / 2) / 2, places=1)

    def test_queries_without_an_answer_are_left_out(self):
        metrics = retrieval_metrics(np.eye(2), np.array([[True, False], [False, False]]))
        self.assertEqual(metrics["rank1"], 100)

    def test_ties_keep_gallery_order(self):
        metrics = retrieval_metrics(np.zeros((1, 3)), np.array([[False, True, False]]))
        self.assertEqual((metrics["rank1"], metrics["meanAveragePrecision"]), (0, 50))
