#!/usr/bin/env python3
"""sklearn_cluster.py DATA.npy K THREADS JOB: the counterpart of bench_cluster, by scikit-learn, openTSNE and umap-learn.
JIT compilation is done beforehand on a small part of the data."""
import json
import os
import sys
import time

path, k, threads, job = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np  # noqa: E402

x = np.load(path)


def timed(f):
    wall, cpu = time.perf_counter(), time.process_time()
    result = f()
    return result, {"wall": round(time.perf_counter() - wall, 4), "cpu": round(time.process_time() - cpu, 4)}


def within(labels):
    return float(sum(((x[labels == c] - x[labels == c].mean(0, dtype="f8")) ** 2).sum() for c in np.unique(labels)))


def trust(embedding):  # in blocks of our own size: scikit-learn's takes n² doubles
    from sklearn.manifold import trustworthiness

    return float(trustworthiness(x, embedding)) if len(x) <= 5000 else None


if job == "kmeans":
    from sklearn.cluster import KMeans

    KMeans(2, n_init=1).fit(x[:100])
    fit, times = timed(lambda: KMeans(k, n_init=10, random_state=0).fit(x))
    quality = float(fit.inertia_)
elif job == "silhouette":
    from sklearn.metrics import silhouette_score

    quality, times = timed(lambda: float(silhouette_score(x, np.arange(len(x)) % k)))
elif job == "ward":
    from sklearn.cluster import AgglomerativeClustering

    fit, times = timed(lambda: AgglomerativeClustering(k, linkage="ward").fit(x))
    quality = within(fit.labels_)
elif job == "gmm":
    from sklearn.mixture import GaussianMixture

    fit, times = timed(lambda: GaussianMixture(k, covariance_type="diag", random_state=0).fit_predict(x))
    quality = within(fit)
elif job == "tsne":
    import openTSNE

    openTSNE.TSNE(n_iter=5, early_exaggeration_iter=5, n_jobs=threads).fit(x[:200])
    fit, times = timed(lambda: np.asarray(openTSNE.TSNE(n_jobs=threads, random_state=0).fit(x)))
    quality = trust(fit)
elif job == "umap":
    import umap

    umap.UMAP(n_epochs=5, n_jobs=threads).fit(x[:4500])
    fit, times = timed(lambda: umap.UMAP(n_jobs=threads).fit_transform(x))
    quality = trust(fit)
else:
    sys.exit(f"unknown job {job}")
print(json.dumps({"job": job, **times, "quality": quality}))
