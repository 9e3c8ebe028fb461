#!/usr/bin/env python3
"""Writes tests/golden/data: small .npy and .safetensors files by NumPy and the safetensors package, which the data tests
read, and which our writers must reproduce byte for byte.  Needs numpy and safetensors."""
import pathlib

import numpy as np
from safetensors import TensorSpec, serialize

out = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden" / "data"
out.mkdir(parents=True, exist_ok=True)


def save(name, array, version=None):
    with open(out / name, "wb") as f:
        np.lib.format.write_array(f, array, version=version)


for dtype in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
    save(f"{dtype}.npy", np.arange(6).reshape(2, 3).astype(dtype))
save("bool.npy", np.array([[True, False, True], [False, True, True]]))
save("scalar.npy", np.float32(2.5))
save("empty.npy", np.zeros((0, 3), "f4"))
save("fortran.npy", np.asfortranarray(np.arange(24, dtype="f4").reshape(2, 3, 4)))
save("version2.npy", np.arange(6, dtype="f4").reshape(2, 3), (2, 0))
save("version3.npy", np.arange(6, dtype="f4").reshape(2, 3), (3, 0))
save("big_endian.npy", np.arange(6, dtype=">f4"))
save("object.npy", np.array([{"a": 1}, None], dtype=object))
save("structured.npy", np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))

# Every half-precision number, and the same as floats.
halves = np.arange(65536, dtype=np.uint16).view(np.float16)
edges = np.array([65519, 65520, 1e-8, 2.0**-25, 2.0**-25 * 1.001, 2.0**-24 * 1.5, 1 + 2.0**-11, 1 + 3 * 2.0**-11, -0.0, 1e30], "f4")
with np.errstate(over="ignore"):
    save("half_edges.npy", np.stack([edges, edges.astype("f2").astype("f4")]))
save("half_sum.npy", np.array([np.nansum(np.where(np.isfinite(halves), np.abs(halves), 0).astype("f8"))]))

tensors = {
    "to_mean.weight": ("float32", [2, 3], np.arange(6, dtype="f4")),
    "to_mean.bias": ("float32", [2], np.array([0.5, -0.5], "f4")),
    "half": ("float16", [3], np.array([1, 2, 3], "f2")),
    "brain": ("bfloat16", [2], np.array([0x3F80, 0xC000], "u2")),
    "double": ("float64", [1, 1], np.array([3.25], "f8")),
    "step": ("int64", [], np.array([1234567890123], "i8")),
    "index": ("int32", [2], np.array([-1, 7], "i4")),
    "bytes": ("uint8", [5], np.arange(5, dtype="u1")),
    "mask": ("bool", [3], np.array([True, False, True])),
    "nothing": ("float32", [0, 4], np.zeros(0, "f4")),
}
specs = {n: TensorSpec(dtype=t, shape=s, data_ptr=a.ctypes.data, data_len=a.nbytes) for n, (t, s, a) in tensors.items()}
(out / "tensors.safetensors").write_bytes(bytes(serialize(specs, metadata={"format": "songscape"})))
print("wrote", out)
