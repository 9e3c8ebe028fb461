#!/usr/bin/env python3
"""Writes tests/golden/metrics: small tables, labellings and maps, and scikit-learn's scores of them in scores.csv.
Needs numpy and scikit-learn."""
import csv
import pathlib

import numpy as np
from sklearn import metrics
from sklearn.datasets import make_blobs
from sklearn.manifold import trustworthiness

out = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden" / "metrics"
out.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(1)


def cases():
    x, y = make_blobs(150, 5, centers=4, cluster_std=3.0, random_state=1)
    p = np.where(rng.random(150) < 0.3, rng.integers(0, 6, 150), y)
    yield "blobs", x, y, p
    yield "perfect", x, y, (y + 3) % 4
    yield "independent", x, y, rng.integers(0, 3, 150)
    x, y = make_blobs(90, 40, centers=3, cluster_std=0.2, random_state=2)
    yield "tight_far_from_zero", x + 100, y, np.where(rng.random(90) < 0.1, 5, y)
    x = rng.normal(size=(60, 2))
    yield "duplicated", np.concatenate([x, x, x]), np.tile(np.arange(60) % 7, 3), np.tile(np.arange(60) % 4, 3)
    x = rng.normal(size=(12, 3))
    yield "singletons", x, np.arange(12) % 5, np.array([0, 1, 2, 3, 4, 5, 6, 7, 7, 7, 8, 8]) - 4
    x = rng.normal(size=(700, 130)) + rng.integers(0, 5, 700)[:, None]
    yield "many", x, rng.integers(0, 9, 700), rng.integers(0, 60, 700)


rows = []
for name, x, truth, predicted in cases():
    x = np.ascontiguousarray(x, dtype="f4")
    large = x.size > 10000
    if large:  # small numbers with few bits keep the file small
        x = np.round(x * 8).clip(-127, 127)
        np.save(out / f"{name}_x.npy", x.astype("i1"))
    else:
        np.save(out / f"{name}_x.npy", x)
    np.save(out / f"{name}_labels.npy", np.stack([truth, predicted]).astype("i2"))
    d = x.astype("f8")
    two = (d @ np.random.default_rng(2).normal(size=(d.shape[1], 2))).astype("f4")
    np.save(out / f"{name}_map.npy", two)
    rows.append({
        "name": name,
        "silhouette": metrics.silhouette_score(d, predicted),
        "calinski_harabasz": metrics.calinski_harabasz_score(d, predicted),
        "davies_bouldin": metrics.davies_bouldin_score(d, predicted),
        "ari": metrics.adjusted_rand_score(truth, predicted),
        "nmi": metrics.normalized_mutual_info_score(truth, predicted),
        "purity": metrics.cluster.contingency_matrix(truth, predicted).max(axis=0).sum() / len(truth),
        # Ties of distance are broken by chance in scikit-learn, so not where there are many.
        "trustworthiness": "" if name in ("duplicated", "many") else trustworthiness(d, two.astype("f8"), n_neighbors=5),
    })
with open(out / "scores.csv", "w", newline="") as f:
    w = csv.DictWriter(f, rows[0])
    w.writeheader()
    w.writerows({k: v if isinstance(v, str) else repr(float(v)) for k, v in r.items()} for r in rows)
print("wrote", out)
