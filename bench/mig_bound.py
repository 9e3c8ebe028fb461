#!/usr/bin/env python3
"""How much of each factor one number can tell at best, taught with labels: what an unsupervised MIG stands beside.

    songscape export mel --library L1 --output fit.npy ;  songscape export mel --library L2 --output judge.npy
    python bench/mig_bound.py fit.npy corpus-1/metadata.csv judge.npy corpus-2/metadata.csv

Per factor: ridge and extra trees on the mel's band statistics, fitted on the first library, judged on the second: the
correlation, and the mutual information with the factor over its entropy (20 equal-mass bins, shuffled factor subtracted),
which a dimension's MIG cannot exceed if it knows no more than that.  Needs numpy and scikit-learn.
"""
import csv
import sys

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.preprocessing import StandardScaler

BINS, SHUFFLES = 20, 20


def load(mel_path, metadata_path):
    mel = np.load(mel_path, mmap_mode="r")
    mel = mel.reshape(len(mel), 128, -1)
    with open(mel_path.removesuffix(".npy") + ".paths.csv") as f:
        paths = [row["path"] for row in csv.DictReader(f)]
    with open(metadata_path) as f:
        rows = {row["path"]: row for row in csv.DictReader(f)}
    return np.array([statistics(mel[i]) for i in range(len(mel))]), [rows[p] for p in paths]


def statistics(mel):
    mel = mel.astype(np.float32)
    power = 10 * np.log10((10 ** ((mel * 80 - 80) / 10)).mean(1) + 1e-9)
    quantiles = np.percentile(mel, [10, 50, 90], axis=1).ravel()
    onsets = np.maximum(np.diff(mel, axis=1), 0).mean(1)
    return np.concatenate([mel.mean(1), mel.std(1), power, quantiles, onsets])


def bins_of(values):
    return np.minimum(np.argsort(np.argsort(values)) * BINS // len(values), BINS - 1)


def information(a, b):
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    table /= table.sum()
    expected = table.sum(1, keepdims=True) @ table.sum(0, keepdims=True)
    seen = table > 0
    return (table[seen] * np.log(table[seen] / expected[seen])).sum()


def share_told(code, factor):
    rng = np.random.default_rng(0)
    null = np.mean([information(code, rng.permutation(factor)) for _ in range(SHUFFLES)])
    p = np.bincount(factor) / len(factor)
    return (information(code, factor) - null) / -(p * np.log(p)).sum()


def main():
    x, fitted = load(*sys.argv[1:3])
    y, judged = load(*sys.argv[3:5])
    scaler = StandardScaler().fit(x)
    x, y = scaler.transform(x), scaler.transform(y)
    print("factor,method,correlation,share_told")
    for factor in ("loudness", "brightness", "register", "density"):
        known, wanted = (np.array([float(r[factor]) for r in rows]) for rows in (fitted, judged))
        for name, model in (("ridge", RidgeCV(np.logspace(0, 5, 11))),
                            ("trees", ExtraTreesRegressor(300, random_state=0, max_features=0.3, min_samples_leaf=2))):
            told = model.fit(x, known).predict(y)
            print(f"{factor},{name},{np.corrcoef(told, wanted)[0, 1]:.3f},"
                  f"{share_told(bins_of(told), bins_of(wanted)):.3f}", flush=True)
    known, wanted = (np.array([r["mode"] == "minor" for r in rows], int) for rows in (fitted, judged))
    told = LogisticRegression(C=0.01, max_iter=2000).fit(x, known).decision_function(y)
    print(f"mode,logistic,{np.corrcoef(told, wanted)[0, 1]:.3f},{share_told(bins_of(told), wanted):.3f}")


if __name__ == "__main__":
    main()
