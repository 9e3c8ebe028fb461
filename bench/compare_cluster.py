#!/usr/bin/env python3
"""Our clusterers beside scikit-learn, openTSNE and umap-learn, turn by turn, in processes of their own.

usage: python bench/compare_cluster.py [--rows N] [--columns D] [--k K] [--threads T] [--rounds R] BENCH_CLUSTER [JOB…]
(python with numpy, scikit-learn, openTSNE and umap-learn.)  Data: K overlapping clouds.  Prints wall and processor seconds of
each, their median ratio, and each one's quality (inertia, silhouette, within-cluster scatter, trustworthiness).
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

PEER = pathlib.Path(__file__).parent / "peers" / "sklearn_cluster.py"
JOBS = ["kmeans", "silhouette", "ward", "gmm", "tsne", "umap"]


def main():
    parser = argparse.ArgumentParser()
    for name, value in (("rows", 900), ("columns", 128), ("k", 45), ("threads", 2), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("program")
    parser.add_argument("jobs", nargs="*", default=JOBS)
    a = parser.parse_args()
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(a.k, a.columns)) * 0.5
    x = (centres[rng.integers(0, a.k, a.rows)] + rng.normal(size=(a.rows, a.columns))).astype("f4")
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/x.npy"
        np.save(data, x)
        for job in a.jobs:
            arguments = [data, str(a.k), str(a.threads), job]
            ours, peer = [], []
            for _ in range(a.rounds):
                for rows, command in ((ours, [a.program]), (peer, [sys.executable, "-W", "ignore", PEER])):
                    out = subprocess.run([*command, *arguments], check=True, capture_output=True, text=True).stdout
                    rows.append(json.loads(out.splitlines()[-1]))
            for clock in ("wall", "cpu"):
                o, p = (statistics.median(r[clock] for r in rows) for rows in (ours, peer))
                ratios = [q[clock] / max(r[clock], 1e-4) for r, q in zip(ours, peer)]
                print(f"{job:10} {clock:4} ours {o:8.4f} s   peer {p:8.4f} s   x{statistics.median(ratios):.1f} "
                      f"({min(ratios):.1f} to {max(ratios):.1f})", flush=True)
            print(f"{job:10} quality ours {ours[0]['quality']}   peer {peer[0]['quality']}", flush=True)


if __name__ == "__main__":
    main()
