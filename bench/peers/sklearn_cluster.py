#!/usr/bin/env python3
"""Groups and neighbours by scikit-learn.

usage: sklearn_cluster.py THREADS kmeans|silhouette|ward|gmm|knn FOLDER       (a peer of `songscape bench`; see worker.py)

Works on FOLDER/x.npy and, for the silhouette, FOLDER/labels.npy.
"""
import pathlib
import sys

from worker import serve, threads_of_environment

n_threads, job, folder = int(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
threads_of_environment(n_threads)

import numpy as np  # noqa: E402
from sklearn.cluster import AgglomerativeClustering, KMeans  # noqa: E402
from sklearn.metrics import silhouette_score  # noqa: E402
from sklearn.mixture import GaussianMixture  # noqa: E402
from sklearn.neighbors import NearestNeighbors  # noqa: E402

K, N_NEIGHBOURS = 50, 15
x = np.load(folder / "x.npy")
labels = np.load(folder / "labels.npy")


def keep(integers):
    np.save(folder / "peer.npy", integers.astype("i4"))
    return {}


if job == "kmeans":
    serve(lambda: KMeans(K, n_init=10, random_state=0).fit(x), lambda fit: {"inertia": float(fit.inertia_)})
elif job == "silhouette":
    serve(lambda: float(silhouette_score(x, labels)), lambda score: {"score": score})
elif job == "ward":
    serve(lambda: AgglomerativeClustering(K, linkage="ward").fit(x).labels_, keep)
elif job == "gmm":
    serve(lambda: GaussianMixture(K, covariance_type="diag", random_state=0).fit(x),
          lambda fit: {"log_likelihood": float(fit.score(x))})
elif job == "knn":
    serve(lambda: NearestNeighbors(n_neighbors=N_NEIGHBOURS, n_jobs=n_threads).fit(x).kneighbors(return_distance=False), keep)
else:
    sys.exit(f"unknown job {job}")
