#!/usr/bin/env python3
"""Writes tests/golden/{stats,cluster}: small tables and what scikit-learn, openTSNE and umap-learn make of them.
Needs numpy, scikit-learn, openTSNE and umap-learn."""
import csv
import pathlib

import numpy as np
import openTSNE
import umap
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.mixture import GaussianMixture

golden = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden"
for layer in ("stats", "cluster"):
    (golden / layer).mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(1)

for name, shape in (("tall", (60, 8)), ("wide", (12, 40))):
    x = (rng.normal(size=shape) @ np.diag(np.linspace(3, 0.5, shape[1])) + 5).astype("f4")
    pca = PCA(5, svd_solver="full").fit(x.astype("f8"))
    np.save(golden / "stats" / f"pca_{name}_x.npy", x)
    np.save(golden / "stats" / f"pca_{name}_components.npy", pca.components_)
    np.save(golden / "stats" / f"pca_{name}_variance.npy", np.stack([pca.explained_variance_, pca.explained_variance_ratio_]))

rows = []
for name, n, d, k, std in (("blobs", 300, 6, 5, 2.0), ("overlapping", 200, 3, 4, 6.0), ("plane", 120, 2, 8, 0.5)):
    x, truth = make_blobs(n, d, centers=k, cluster_std=std, random_state=3)
    x = x.astype("f4")
    np.save(golden / "cluster" / f"{name}_x.npy", x)
    ward = AgglomerativeClustering(k, linkage="ward", compute_distances=True).fit(x.astype("f8"))
    np.save(golden / "cluster" / f"{name}_labels.npy", np.stack([truth, ward.labels_]).astype("i2"))
    np.save(golden / "cluster" / f"{name}_heights.npy", ward.distances_)
    rows.append({
        "name": name,
        "k": k,
        "kmeans_inertia": KMeans(k, n_init=10, random_state=0).fit(x.astype("f8")).inertia_,
        "gmm_diagonal": GaussianMixture(k, covariance_type="diag", random_state=0, n_init=3).fit(x.astype("f8")).score(x),
        "gmm_full": GaussianMixture(k, covariance_type="full", random_state=0, n_init=3).fit(x.astype("f8")).score(x),
        "tsne": trustworthiness(x, np.asarray(openTSNE.TSNE(n_jobs=1, random_state=0).fit(x.astype("f8")))),
        "umap": trustworthiness(x, umap.UMAP(random_state=0, n_jobs=1).fit_transform(x)),
    })
with open(golden / "cluster" / "scores.csv", "w", newline="") as f:
    w = csv.DictWriter(f, rows[0])
    w.writeheader()
    w.writerows({k: v if isinstance(v, (str, int)) else repr(float(v)) for k, v in r.items()} for r in rows)
print("wrote", golden)
