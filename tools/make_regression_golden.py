#!/usr/bin/env python3
"""Writes tests/golden/stats/regression_* and forest_*: tables, targets, and scikit-learn's ridge, lasso, leave-one-out
ridge and multinomial logistic regression of them on standardised columns, and its forests' importances and scores.
Needs numpy and scikit-learn."""
import pathlib

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import Lasso, LogisticRegression, Ridge, RidgeCV

out = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden" / "stats"
rng = np.random.default_rng(3)
n, d = 120, 6
x = rng.normal(size=(n, d))
x[:, 3] = x[:, 0] + .1 * x[:, 3]  # nearly the same column
x = (x * [1, 10, .1, 1, 1, 5] + [0, 100, 3, 0, -1, 0]).astype("f4")
y = 2 * x[:, 0] - .3 * x[:, 1] + rng.normal(size=n) * 2
labels = np.digitize(x[:, 0] + .2 * x[:, 5] + rng.normal(size=n) * .5, [-.8, .5])
np.save(out / "regression_x.npy", x)
np.save(out / "regression_y.npy", np.stack([y, labels]))

c = (x.astype("f8") - x.mean(0, dtype="f8")) / x.std(0, dtype="f8")
grid = 10 ** (-5 + np.arange(22) / 3)
loo = RidgeCV(alphas=grid * n).fit(c, y)
models = [Ridge(alpha=.1 * n).fit(c, y), loo, Lasso(alpha=.3, tol=1e-12, max_iter=100000).fit(c, y)]
rows = [np.r_[m.coef_ / x.std(0, dtype="f8"), m.intercept_ - (m.coef_ / x.std(0, dtype="f8")) @ x.mean(0, dtype="f8")]
        for m in models]
rows.append(np.r_[loo.alpha_ / n, np.zeros(d)])
np.save(out / "regression_linear.npy", np.array(rows))
logistic = LogisticRegression(C=1 / (n * .01), tol=1e-10, max_iter=10000).fit(c, labels)
np.save(out / "regression_probabilities.npy", logistic.predict_proba(c).astype("f4"))

x = np.round(rng.normal(size=(500, 5)) * 16).clip(-127, 127).astype("i1")
v = x / 16
y = np.sin(2 * v[:, 0]) + .5 * v[:, 1] + .3 * rng.normal(size=500)
labels = np.digitize(v[:, 2] * v[:, 3] + .3 * rng.normal(size=500), [-.4, .4])
np.save(out / "forest_x.npy", x)
np.save(out / "forest_y.npy", np.stack([y, labels]).astype("f4"))
keys = dict(n_estimators=500, max_depth=8, min_samples_leaf=3, max_features=None, oob_score=True, random_state=0)
forests = [RandomForestRegressor(**keys).fit(x, y), RandomForestClassifier(**keys).fit(x, labels)]
np.save(out / "forest_wanted.npy", np.array([np.r_[f.feature_importances_, f.oob_score_] for f in forests]))
