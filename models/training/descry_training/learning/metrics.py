"""Retrieval metrics, percentages 0..100."""

import numpy as np


def retrieval_metrics(similarity: np.ndarray, relevant: np.ndarray) -> dict[str, float]:
    """similarity [queries, gallery] float, relevant [queries, gallery] bool; ties keep gallery order.

    Queries with nothing relevant are left out. meanInversePenalty (mINP) is the mean of
    (number relevant) / (rank of the last relevant one).
    """
    order = np.argsort(-similarity, axis=1, kind="stable")
    hits = np.take_along_axis(relevant, order, axis=1)
    hits = hits[hits.any(axis=1)]
    ranks = np.arange(1, hits.shape[1] + 1)
    total = hits.sum(axis=1)
    first = hits.argmax(axis=1) + 1
    last = hits.shape[1] - hits[:, ::-1].argmax(axis=1)
    precision = np.where(hits, np.cumsum(hits, axis=1) / ranks, 0).sum(axis=1) / total
    percent = lambda values: round(100 * float(np.mean(values)), 2)
    return {
        "rank1": percent(first <= 1),
        "rank5": percent(first <= 5),
        "rank10": percent(first <= 10),
        "meanAveragePrecision": percent(precision),
        "meanInversePenalty": percent(total / last),
    }
