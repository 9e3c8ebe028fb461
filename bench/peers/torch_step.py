#!/usr/bin/env python3
"""One training step of the documents' basic_vae or conv_vae in PyTorch: forward, backward, Adam.

usage: torch_step.py THREADS MODEL BATCH eager|best STEPS [WEIGHTS.safetensors X.f32]

eager: f32 and the default layout, as users write it.  best: bf16 autocast, channels last, fused Adam, torch.compile;
whoever starts it preloads jemalloc.  A job is STEPS steps over one batch that lies in memory.  WEIGHTS and X are ours:
the mean squared error of the first forward pass by them tells that both train the same model.
"""
import sys

from worker import serve, threads_of_environment

n_threads, model_name, batch, mode, n_steps = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
threads_of_environment(n_threads)

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from torch_models import BANDS, FRAMES, make  # noqa: E402

torch.set_num_threads(n_threads)
torch.manual_seed(1)
is_best = mode == "best"


def load_ours(model, path):
    """Our names and our order of flattening: bands, frames, channels."""
    from safetensors.torch import load_file

    ours = load_file(path)
    state = model.state_dict()
    if model_name == "conv_vae":
        chw = torch.arange(256 * 8 * 80).view(8, 80, 256).permute(2, 0, 1).flatten()
        names = {f"encoder.{3 * i + j}": f"encoder.{i}.{kind}" for i in range(4) for j, kind in enumerate(("conv", "norm"))}
        names |= {f"decoder.{3 * i + j}": f"decoder.{i}.{kind}" for i in range(4) for j, kind in enumerate(("conv", "norm"))}
    else:
        names = {f"{s}.{4 * i + j}": f"{s}.{i}.{kind}" for s in ("encoder", "decoder") for i in range(3) for j, kind in enumerate(("linear", "norm"))}
    for key in state:
        layer, _, leaf = key.rpartition(".")
        if leaf == "num_batches_tracked":
            continue
        value = ours[f"{names.get(layer, layer)}.{leaf}"].float()
        if model_name == "conv_vae" and layer in ("to_mean", "to_log_var") and leaf == "weight":
            value = value[:, chw]
        if model_name == "conv_vae" and layer == "from_z":
            value = value[chw]
        state[key] = value
    model.load_state_dict(state)


def reconstruction_error(model, x):
    """From the mean, by batch statistics, without dropout: what our side prints of the same weights."""
    for m in model.modules():
        if isinstance(m, nn.Dropout):
            m.eval()
    with torch.no_grad():
        error = F.mse_loss(model.decode(model.encode(x)[0]), x).item()
    model.train()
    return error


def main():
    model = make(model_name)
    x = torch.rand(batch, BANDS, FRAMES)
    first_error = None
    if len(sys.argv) > 6:
        import numpy as np

        load_ours(model, sys.argv[6])
        x = torch.from_numpy(np.fromfile(sys.argv[7], "<f4").reshape(batch, BANDS, FRAMES))
        first_error = reconstruction_error(model, x)
    if is_best:
        model = model.to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-4, fused=is_best)
    forward = torch.compile(model) if is_best else model

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=is_best):
            loss = forward(x)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss

    def job():
        for _ in range(n_steps):
            loss = step()
        return loss.item()

    for _ in range(3):
        step()
    n_parameters = sum(p.numel() for p in model.parameters())
    serve(job, lambda loss: {"loss": loss, "n_parameters": n_parameters, "first_error": first_error})


main()
