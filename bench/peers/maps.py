#!/usr/bin/env python3
"""Maps in two dimensions by openTSNE and umap-learn.

usage: maps.py THREADS tsne|umap FOLDER       (a peer of `songscape bench`; see worker.py)

Works on FOLDER/x.npy, leaves the map in FOLDER/peer.npy.
"""
import pathlib
import sys

from worker import serve, threads_of_environment

n_threads, job, folder = int(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
threads_of_environment(n_threads)

import numpy as np  # noqa: E402

x = np.load(folder / "x.npy")


def keep(points):
    np.save(folder / "peer.npy", np.asarray(points, "f4"))
    return {}


if job == "tsne":
    import openTSNE

    serve(lambda: openTSNE.TSNE(n_jobs=n_threads, random_state=0).fit(x), keep)
elif job == "umap":
    import umap

    serve(lambda: umap.UMAP(n_jobs=n_threads).fit_transform(x), keep)
else:
    sys.exit(f"unknown job {job}")
