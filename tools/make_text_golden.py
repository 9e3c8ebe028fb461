#!/usr/bin/env python3
"""Writes tests/golden/text: made-up texts in five scripts, scikit-learn's TfidfVectorizer of their words and of n-grams
of letters within words, and its PCA of both side by side.  Needs numpy and scikit-learn.

The texts hold words, spaces and full stops only, so that words are runs of letters, marks and digits here too."""
import pathlib
import re
import unicodedata

import numpy as np
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer

out = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden" / "text"
out.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(6)

words = {
    "latin": "Straße Café naïve river stone ŒUVRE ﬁre moon ÉTÉ corazón 1984 the of light señor Über dark wind",
    "arabic": "قلب لَيْلٌ نور بحر كتاب ﷲ حُبّ وردة شمس سماء مطر ريح من في على",
    "bangla": "আমি তুমি নদী আকাশ বৃষ্টি ভালোবাসা মন ক্ষণ ড়াঙা ফুল পথ আলো ১৯৭১ রাত",
    "devanagari": "दिल प्यार ज़िन्दगी क्षण रात चाँद पानी हवा फूल सागर गीत में और से १२ क़लम",
    "hangul": "사랑 바다 하늘 꽃 밤 별 노래 바람 길 빛",
}
ignorable = dict.fromkeys([0xAD, 0x34F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)])


def text(script):
    pool = words[script].split()
    chosen = [pool[min(int(rng.exponential(len(pool) / 3)), len(pool) - 1)] for _ in range(rng.integers(4, 14))]
    if rng.random() < 0.3:
        chosen.append(chosen[0])
    form = ["NFC", "NFD", "NFKC"][rng.integers(3)]
    joined = " ".join(w.upper() if rng.random() < 0.1 else w for w in chosen)
    return unicodedata.normalize(form, joined.replace(" ", ". ", 1))


def spelt(s):
    s = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", s).translate(ignorable).casefold())
    return unicodedata.normalize("NFKC", s.casefold())


def words_of(s):
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in spelt(s))
    return kept.split()


def letters_of(word):
    letters = []
    for c in word:
        if unicodedata.category(c)[0] == "M" and letters:
            letters[-1] += c
        else:
            letters.append(c)
    return letters


def ngrams_of(low, high):
    def analyse(s):
        found = []
        for w in words_of(s):
            w = letters_of(" " + w + " ")
            for n in range(low, high + 1):
                found.append("".join(w[:n]))
                found += ["".join(w[i:i + n]) for i in range(1, len(w) - n + 1)]
                if len(w) <= n:
                    break
        return found

    return analyse


def limit_below(texts, analyser, min_df, about):
    """A number of terms near `about` at which no two equally frequent terms part."""
    counts = {}
    for t in texts:
        for w in analyser(t):
            counts.setdefault(w, []).append(t)
    totals = sorted((len(c) for c in counts.values() if len(set(c)) >= min_df), reverse=True)
    return max(k for k in range(1, about + 1) if k == len(totals) or totals[k - 1] > totals[k])


texts = [text(list(words)[i % 5]) for i in range(60)]
assert len(set(texts)) == len(texts) and not any(re.search(r"[\n\r]", t) for t in texts)
(out / "texts.txt").write_text("\n".join(texts) + "\n", encoding="utf8")
fitted, new = texts[:48], texts[48:]

rows = ["case,min_df,sublinear,max_words,max_ngrams,ngram_low,ngram_high,n_words,n_terms"]
for name, min_df, sublinear, about, low, high in [("limited", 2, True, (40, 150), 2, 4), ("all", 1, False, (9999, 99999), 1, 3)]:
    parts, limits = [], []
    for analyser, most in [(words_of, about[0]), (ngrams_of(low, high), about[1])]:
        limits.append(most if most > 9000 else limit_below(fitted, analyser, min_df, most))
        parts.append(TfidfVectorizer(analyzer=analyser, min_df=min_df, max_features=limits[-1], sublinear_tf=sublinear).fit(fitted))
    x = np.hstack([p.transform(fitted).toarray() for p in parts])
    y = np.hstack([p.transform(new).toarray() for p in parts])
    pca = PCA(16, svd_solver="full").fit(x)
    np.save(out / f"{name}_places.npy", np.vstack([pca.transform(x), pca.transform(y)]).astype("f4"))
    np.save(out / f"{name}_variance.npy", pca.explained_variance_)
    np.save(out / f"{name}_sums.npy", np.vstack([x, y]) @ np.cos(np.arange(x.shape[1])))
    if name == "limited":
        np.save(out / f"{name}_weights.npy", y.astype("f4"))
        terms = [t for p in parts for t in p.get_feature_names_out()]
        (out / f"{name}_terms.txt").write_text("\n".join(terms) + "\n", encoding="utf8")
    rows.append(f"{name},{min_df},{int(sublinear)},{limits[0]},{limits[1]},{low},{high},{len(parts[0].vocabulary_)},{x.shape[1]}")
(out / "cases.csv").write_text("\n".join(rows) + "\n")
print("wrote", out)
