"""The objectives against numbers computed with the published code, and what must hold for any input."""

import json
import unittest
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from descry_training import objectives as of
from descry_training.objectives.consensus_division import believed, normalise_losses
from descry_training.objectives.distribution_matching import forward_divergence, inverse_divergence

VECTORS = json.loads((Path(__file__).parent / "fixtures" / "objectives.json").read_text())


def setUpModule() -> None:
    torch.manual_seed(0)


def vector(name: str) -> Tensor:
    return torch.tensor(VECTORS[name])


def random_pairs(batch: int = 16, people: int = 6, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Scores [batch, batch] with a gradient, and which of them are of one person."""
    generator = torch.Generator().manual_seed(seed)
    person = torch.randint(people, (batch,), generator=generator)
    texts, images = F.normalize(torch.randn(2, batch, 8, generator=generator), dim=-1)
    return (texts @ images.T).requires_grad_(), person[:, None] == person


class PublishedNumbers(unittest.TestCase):
    def setUp(self) -> None:
        self.images, self.texts = vector("I"), vector("T")
        self.scores = F.normalize(self.texts, dim=1) @ F.normalize(self.images, dim=1).T
        self.same = vector("pid")[:, None] == vector("pid")
        self.points = [mean[:, None] + vector(f"logsig_{side}").exp()[:, None] * vector(f"eps_{side}")
                       for mean, side in ((self.texts, "t"), (self.images, "i"))]
        self.sampled = of.sampled_similarity(self.texts, self.points[0], self.images, self.points[1])

    def close(self, found: Tensor, name: str, tolerance: float = 1e-5) -> None:
        torch.testing.assert_close(found, vector(name), atol=tolerance, rtol=1e-6)

    def test_rde(self) -> None:
        self.close(of.triplet_alignment(self.scores, self.same), "rde_TAL")
        self.close(of.hardest_triplet(self.scores, self.same), "rde_TRL")
        self.close(of.contrastive_loss(self.scores, 50.0), "infonce_per")

    def test_matching(self) -> None:
        self.close(of.distribution_matching(self.scores, self.same), "sdm_per_logitscale50")
        self.close(of.distribution_matching(self.scores, self.same).mean(), "sen_sdm")
        logits = 50 * self.scores
        for one, right, name in ((logits, self.same, "bsdm_t2i_fwd_rev"), (logits.T, self.same.T, "bsdm_i2t_fwd_rev")):
            both = torch.stack([forward_divergence(one, right).mean(), inverse_divergence(one, right).mean()])
            self.close(both, name)
        whole = sum(VECTORS["bsdm_t2i_fwd_rev"]) + sum(VECTORS["bsdm_i2t_fwd_rev"])
        self.assertAlmostEqual(of.bidirectional_matching(self.scores, self.same).item(), whole, places=5)

    def test_sen(self) -> None:
        self.close(of.cross_modal_triplet(self.scores, self.same), "sen_triplet_margin005")

    def test_uncertainty(self) -> None:
        distance = of.wasserstein_squared(self.texts, vector("logsig_t"), self.images, vector("logsig_i"))
        self.close(distance.T, "W2")
        self.close(6 * self.sampled, "omre_t2i_prob_simi")  # that code sums its six cosines
        self.close(of.boma(self.sampled, self.same), "omre_boma")
        self.close(of.hinge_pairs(self.sampled, ~torch.eye(4, dtype=torch.bool)), "omre_hnm")
        self.close(of.entropy_floor(vector("logsig_i")), "margin_entropy_300_i", 1e-4)  # of 300, in float32

    def test_mixture(self) -> None:
        expected = VECTORS["gmm"]
        losses = np.array(expected["loss"])
        mixture = of.fit_mixture(losses)
        np.testing.assert_allclose(mixture.means, expected["means"], atol=1e-5)
        np.testing.assert_allclose(mixture.variances, expected["var"], atol=1e-5)
        np.testing.assert_allclose(mixture.weights, expected["w"], atol=1e-5)
        posterior = mixture.posterior(losses)
        np.testing.assert_allclose(posterior, expected["p_clean"], atol=1e-4)
        self.assertEqual(mixture.iterations, expected["n_iter"])
        self.assertEqual(int(believed(posterior).sum()), expected["n_clean"])


def both_contrasts(scores: Tensor, same: Tensor) -> Tensor:
    return of.soft_contrast(20 * scores.float(), same)


PAIR_LOSSES = {
    "triplet alignment": of.triplet_alignment, "hardest triplet": of.hardest_triplet,
    "matching": of.distribution_matching, "bidirectional": of.bidirectional_matching,
    "milder": lambda scores, same: of.bidirectional_matching(scores, same, epsilon=1e-2),
    "focal": of.focal_matching, "cross-modal triplet": of.cross_modal_triplet, "soft contrast": both_contrasts,
    "contrast": lambda scores, same: of.contrastive_loss(scores, 50.0),
    "boma": of.boma, "hinge": lambda scores, same: of.hinge_pairs(scores, ~same),
    "published contrast": lambda scores, same: of.published_contrast(2 - 2 * scores.float(), same),
    "unit contrast": lambda scores, same: of.unit_contrast(2 - 2 * scores.float(), same),
}


class AnyPairLoss(unittest.TestCase):
    def test_gradients_are_finite_also_without_negatives_or_positives(self) -> None:
        scores, same = random_pairs()
        for name, loss in PAIR_LOSSES.items():
            for case, right in (("mixed", same), ("no negatives", torch.ones_like(same)),
                                ("no positives", torch.zeros_like(same))):
                with self.subTest(name, case=case):
                    (gradient,) = torch.autograd.grad(loss(scores, right).sum(), scores, allow_unused=True)
                    self.assertTrue(gradient is None or gradient.isfinite().all())
                    self.assertTrue(loss(scores, right).isfinite().all())

    def test_order_does_not_matter(self) -> None:
        scores, same = random_pairs(seed=1)
        order = torch.randperm(len(scores), generator=torch.Generator().manual_seed(2))
        for name, loss in PAIR_LOSSES.items():
            with self.subTest(name):
                before, after = loss(scores, same), loss(scores[order][:, order], same[order][:, order])
                torch.testing.assert_close(after, before[order] if before.ndim else before, atol=1e-5, rtol=1e-5)

    def test_perfect_scores_cost_next_to_nothing(self) -> None:
        same = torch.arange(8)[:, None] // 2 == torch.arange(8) // 2
        perfect = same.float() * 2 - 1
        for name in ("triplet alignment", "hardest triplet", "matching", "bidirectional", "focal",
                     "cross-modal triplet", "hinge", "boma"):
            with self.subTest(name):
                self.assertLess(PAIR_LOSSES[name](perfect, same).abs().max().item(), 1e-5)

    def test_full_precision_under_autocast(self) -> None:
        scores, same = random_pairs(seed=3)
        for name, loss in PAIR_LOSSES.items():
            with self.subTest(name), torch.autocast("cpu", torch.bfloat16):
                found = loss(scores.bfloat16(), same)
                self.assertEqual(found.dtype, torch.float32)
                torch.testing.assert_close(found, loss(scores.bfloat16().float(), same))

    def test_several_texts_for_an_image(self) -> None:
        scores, same = random_pairs()
        for loss in (of.bidirectional_matching, of.focal_matching, both_contrasts):
            self.assertTrue(loss(scores[:, :10], same[:, :10]).isfinite())


class TripletAlignment(unittest.TestCase):
    def test_gradient_is_the_two_soft_choices(self) -> None:
        scores = torch.tensor([[0.3, 0.5, 0.4]] * 3, dtype=torch.float64, requires_grad=True)
        same = torch.tensor([[True, False, False]] + [[True, True, True]] * 2)  # only row one and columns have both
        row = of.triplet_alignment(scores, same, margin=0.1, temperature=0.1)[0]
        (gradient,) = torch.autograd.grad(row, scores)
        negatives = torch.softmax(torch.tensor([5.0, 4.0], dtype=torch.float64), 0)
        torch.testing.assert_close(gradient[0], torch.cat([-torch.ones(1, dtype=torch.float64), negatives]))

    def test_is_an_upper_bound_of_the_hardest(self) -> None:
        scores, same = random_pairs()
        self.assertTrue((of.triplet_alignment(scores, same) >= of.hardest_triplet(scores, same) - 1e-6).all())


class ConsensusDivision(unittest.TestCase):
    def test_finds_wrong_pairs_and_repeats(self) -> None:
        generator = np.random.default_rng(0)
        wrong = np.arange(400) < 80
        first, second = (np.where(wrong, 2.0, 0.3) + generator.normal(0, 0.1, 400) for _ in range(2))
        for settings in (of.PUBLISHED, of.FINE):
            weights = [of.consensus_weights(first, second, np.random.default_rng(5), settings) for _ in range(2)]
            np.testing.assert_array_equal(weights[0], weights[1])
            np.testing.assert_array_equal(weights[0] == 0, wrong)

    def test_disagreement_is_a_coin(self) -> None:
        first = np.repeat([0.0, 1.0], 500) + np.tile([0, 0.01], 500)
        second = np.tile([0.0, 1.0], 500)
        weights = of.consensus_weights(first, second, np.random.default_rng(1), of.FINE).reshape(2, 250, 2)
        self.assertTrue((weights[0, :, 0] == 1).all() and (weights[1, :, 1] == 0).all())
        self.assertAlmostEqual(float(weights[0, :, 1].mean()), 0.5, delta=0.1)

    def test_one_percent_is_doubted_where_all_seem_right(self) -> None:
        posterior = np.linspace(0.8, 0.99, 300)
        self.assertEqual(int((~believed(posterior)).sum()), 4)  # 300 // 100 below the threshold, and itself

    def test_equal_losses(self) -> None:
        self.assertFalse(normalise_losses(np.full(10, 3.0)).any())
        self.assertTrue(np.isfinite(of.consensus_weights(np.ones(10), np.ones(10), np.random.default_rng(0))).all())


class Masking(unittest.TestCase):
    def test_most_attended_cells_stay(self) -> None:
        attention = torch.tensor([[0.1, 0.4, 0.2, 0.3], [0.25, 0.25, 0.25, 0.25]])
        expected = torch.tensor([[False, True, True, True], [True, True, True, False]])
        self.assertTrue(torch.equal(of.keep_by_attention(attention), expected))
        self.assertEqual(int(of.keep_by_attention(torch.rand(1, 49)).sum()), 25)

    def test_running_average(self) -> None:
        online, averaged = nn.Linear(2, 2), nn.Linear(2, 2)
        expected = 0.9 * averaged.weight.detach() + 0.1 * online.weight.detach()
        of.update_average(online, averaged, 0.9)
        torch.testing.assert_close(averaged.weight.detach(), expected)
        self.assertAlmostEqual(of.average_momentum(0, 10), 0.996)
        self.assertAlmostEqual(of.average_momentum(10, 10), 1.0)

    def test_attribute_words(self) -> None:
        attributes = torch.tensor([[1, 1, 1, 1, 0, 0], [0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]).bool()
        masked = of.choose_masked(attributes, 0.5, torch.Generator().manual_seed(0))
        self.assertEqual(masked.sum(dim=1).tolist(), [2, 1, 0])
        self.assertFalse((masked & ~attributes).any())

    def test_reconstruction_counts_masked_positions(self) -> None:
        clean = torch.randn(2, 4, 8, requires_grad=True)
        masked = torch.tensor([[True, False, False, False]] * 2)
        recovered = torch.where(masked[..., None], 2 * clean.detach(), -clean.detach()).requires_grad_()
        self.assertAlmostEqual(of.reconstruction_loss(recovered, clean, masked).item(), 0, places=5)
        opposite = of.reconstruction_loss(-recovered.expand(3, 2, 4, 8), clean, masked)
        self.assertAlmostEqual(opposite.item(), 2, places=5)
        opposite.backward()
        self.assertIsNone(clean.grad)
        self.assertEqual(of.reconstruction_loss(recovered, clean, masked & False).item(), 0)


class Restoration(unittest.TestCase):
    def test_masked_tokens_go_back_to_their_place(self) -> None:
        tokens = torch.arange(2 * 10 * 3.0).reshape(2, 10, 3)
        visible, masked, restore = of.random_masking(tokens, 0.3, torch.Generator().manual_seed(0))
        self.assertEqual(visible.shape, (2, 3, 3))
        self.assertEqual(masked.sum(dim=1).tolist(), [7, 7])
        whole = of.put_back(visible, torch.full((3,), -1.0), restore)
        torch.testing.assert_close(whole, tokens.masked_fill(masked[..., None], -1.0))

    def test_patches_and_loss(self) -> None:
        pixels = torch.randn(2, 3, 12, 8)
        patches = of.patchify(pixels, 4)
        self.assertEqual(patches.shape, (2, 6, 48))
        torch.testing.assert_close(patches[:, 3].reshape(2, 4, 4, 3).permute(0, 3, 1, 2), pixels[:, :, 4:8, 4:8])
        self.assertTrue(torch.equal(of.unpatchify(patches, 4, 3), pixels))
        masked = torch.arange(6).expand(2, 6) < 2
        self.assertEqual(of.restoration_loss(patches + 5 * ~masked[..., None], pixels, masked).item(), 0)
        self.assertAlmostEqual(of.restoration_loss(patches + 1, pixels, masked).item(), 1, places=5)

    def test_grey(self) -> None:
        grey = of.grayscale(torch.ones(1, 3, 2, 2))
        torch.testing.assert_close(grey, torch.full((1, 3, 2, 2), 0.9999))


class Distributions(unittest.TestCase):
    def test_expected_similarity_is_what_sampling_finds(self) -> None:
        generator = torch.Generator().manual_seed(0)
        texts, images = F.normalize(torch.randn(2, 5, 256, generator=generator), dim=-1)
        widths = [torch.randn(5, 256, generator=generator) * 0.3 - 3 for _ in range(2)]
        points = [of.sample_points(mean, width, generator, 2000) for mean, width in zip((texts, images), widths)]
        sampled = of.sampled_similarity(texts, points[0], images, points[1])
        expected = of.expected_similarity(texts, widths[0], images, widths[1])
        torch.testing.assert_close(expected, sampled, atol=5e-3, rtol=0)

    def test_sure_points_are_the_means(self) -> None:
        mean = F.normalize(torch.randn(4, 8), dim=1)
        sure = torch.full((4, 8), -30.0)
        torch.testing.assert_close(of.sample_points(mean, sure, torch.Generator()), mean[:, None].expand(-1, 3, -1))
        torch.testing.assert_close(of.certainty(mean, sure), torch.ones(4))

    def test_unit_contrast_is_infonce_for_equal_spread(self) -> None:
        texts, images = F.normalize(torch.randn(2, 6, 8), dim=-1)
        distance = of.wasserstein_squared(texts, torch.zeros(6, 8), images, torch.zeros(6, 8))
        found = of.unit_contrast(distance, torch.eye(6, dtype=torch.bool), 0.05)
        torch.testing.assert_close(found, of.contrastive_loss(texts @ images.T, 20.0).mean(), atol=1e-4, rtol=1e-5)

    def test_points_of_one_person_attract(self) -> None:
        same = torch.eye(4, dtype=torch.bool)
        points = torch.eye(4, 8)[:, None].expand(-1, 3, -1).clone().requires_grad_()
        alike = of.within_modality(points, same, 20.0)
        shuffled = of.within_modality(points.flatten(0, 1)[torch.arange(12).roll(1)].unflatten(0, (4, 3)), same, 20.0)
        self.assertLess(alike.item(), shuffled.item())
        self.assertLess(of.between_modalities(points, points, same, 20.0).item(), 1.2)  # ln 3: three equal answers
        one = of.within_modality(points[:, :1], same, 20.0)  # no point has a partner
        (gradient,) = torch.autograd.grad(alike + one, points)
        self.assertTrue(gradient.isfinite().all())

    def test_floors(self) -> None:
        narrow, wide = torch.full((2, 512), -1.8), torch.full((2, 512), -1.5)
        self.assertGreater(of.entropy_floor(narrow).item(), 0)
        self.assertEqual(of.entropy_floor(wide).item(), 0)
        self.assertAlmostEqual(of.entropy_floor(torch.full((2, 512), -0.83), consistent=True).item(), 0)
        self.assertAlmostEqual(of.width_floor(torch.full((2, 8), -5.0)).item(), 0.5, places=5)


class Pointing(unittest.TestCase):
    def test_right_cells_cost_less(self) -> None:
        vectors = torch.eye(4).expand(2, 4, 4)
        lengths, phrases = torch.ones(2, 4), torch.eye(4)[:2]
        right, wrong = torch.eye(4, dtype=torch.bool)[:2], torch.eye(4, dtype=torch.bool)[2:]
        self.assertLess(of.point_at(vectors, lengths, phrases, right), of.point_at(vectors, lengths, phrases, wrong))
        self.assertEqual(of.point_at(vectors, lengths, phrases, right & False).item(), 0)


if __name__ == "__main__":
    unittest.main()
