#!/usr/bin/env python3
"""Writes tests/golden/metrics/disentanglement_*: a small code with factors, and what the scores' definitions give with
scikit-learn's mutual information and a plain search for thresholds; and tests/golden/cluster/dendrogram.csv: SciPy's
cophenetic correlation and dendrogram purity by going through all pairs.  Needs numpy, scipy and scikit-learn."""
import csv
import itertools
import pathlib

import numpy as np
from scipy.cluster.hierarchy import cophenet, linkage, to_tree
from scipy.spatial.distance import pdist
from sklearn.metrics import mutual_info_score

golden = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden"
rng = np.random.default_rng(5)
n, n_bins = 400, 20
factors = {"loudness": rng.normal(size=n), "tempo": rng.gamma(2, size=n), "mode": rng.integers(0, 2, n),
           "key": rng.integers(0, 5, n)}
codes = np.stack([factors["loudness"] + .3 * rng.normal(size=n), np.log(factors["tempo"]) + factors["mode"],
                  factors["mode"] + .5 * rng.normal(size=n), factors["key"] + factors["loudness"],
                  rng.normal(size=n)], 1).astype("f4")
np.save(golden / "metrics" / "disentanglement_codes.npy", codes)
np.save(golden / "metrics" / "disentanglement_factors.npy", np.stack(list(factors.values())))


def bins(v):
    """By rank; there are no equal values here."""
    rank = np.argsort(np.argsort(v))
    return rank * n_bins // n


binned = {name: v if v.dtype.kind == "i" else bins(v) for name, v in factors.items()}
information = np.array([[mutual_info_score(bins(c), v) for v in binned.values()] for c in codes.T])
entropy = [mutual_info_score(v, v) for v in binned.values()]
ordered = np.sort(information, 0)
mig = (ordered[-1] - ordered[-2]) / entropy
largest = information.max(1, keepdims=True)
template = np.where(information == largest, largest, 0)
modularity = 1 - ((information - template) ** 2).sum(1) / (largest[:, 0] ** 2 * (len(factors) - 1))
sap = {}
for name in ("loudness", "tempo"):
    r2 = np.sort([np.corrcoef(c.astype("f8"), factors[name])[0, 1] ** 2 for c in codes.T])
    sap[name] = r2[-1] - r2[-2]
with open(golden / "metrics" / "disentanglement.csv", "w", newline="") as f:
    w = csv.writer(f)
    w.writerow(["score", "of", "value"])
    w.writerows(["mig", name, repr(float(m))] for name, m in zip(factors, mig))
    w.writerows(["sap", name, repr(float(v))] for name, v in sap.items())
    w.writerows(["modularity", str(j), repr(float(m))] for j, m in enumerate(modularity))


def leaves_below_pairs(tree):
    """{(i, j): leaves under their lowest common ancestor}"""
    out = {}
    stack = [tree]
    while stack:
        node = stack.pop()
        if node.is_leaf():
            continue
        left, right = node.left.pre_order(), node.right.pre_order()
        for i, j in itertools.product(left, right):
            out[min(i, j), max(i, j)] = left + right
        stack += [node.left, node.right]
    return out


rows = []
for name in ("blobs", "overlapping", "plane"):
    x = np.load(golden / "cluster" / f"{name}_x.npy")[:60].astype("f8")
    families = np.load(golden / "cluster" / f"{name}_labels.npy")[0, :60]
    tree = linkage(x, "ward")
    pairs = {p: below for p, below in leaves_below_pairs(to_tree(tree)).items() if families[p[0]] == families[p[1]]}
    purity = np.mean([np.mean(families[below] == families[p[0]]) for p, below in pairs.items()])
    rows.append([name, repr(float(cophenet(tree, pdist(x))[0])), repr(float(purity))])
with open(golden / "cluster" / "dendrogram.csv", "w", newline="") as f:
    csv.writer(f).writerows([["name", "cophenetic_correlation", "purity"], *rows])
