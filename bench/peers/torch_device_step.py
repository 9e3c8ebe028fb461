#!/usr/bin/env python3
"""Training steps of one model in PyTorch on a device, as bench_core_step times ours: a line of JSON.

usage: torch_device_step.py MODEL SIZE BATCH STEPS eager|best DEVICE

eager: f32 and the default layout, as users write it.  best: bf16 autocast, channels last, fused Adam, torch.compile.
Rows of ten steps over one batch that lies on the device, each waited for at its end; the fastest and the median.
"""
import json
import sys
import time

import torch

import torch_models

name, size, batch, n_steps, mode, device = *sys.argv[1:3], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:7]
is_best, IN_A_ROW = mode == "best", 10

torch.manual_seed(1)
model = torch_models.make(name, size).to(device)
x = torch.rand(batch, torch_models.BANDS, torch_models.FRAMES, device=device)
if is_best:
    model = model.to(memory_format=torch.channels_last)
optimiser = torch.optim.Adam(model.parameters(), lr=1e-4, fused=is_best)
forward = torch.compile(model) if is_best else model


def step():
    with torch.autocast(device, torch.bfloat16, enabled=is_best):
        loss = forward(x)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    return loss.detach()


def wait():
    if device == "cuda":
        torch.cuda.synchronize()


def row():
    wait()
    start = time.perf_counter()
    losses = [step() for _ in range(IN_A_ROW)]
    wait()
    return (time.perf_counter() - start) / IN_A_ROW * 1e3, [v.item() for v in losses]


first = row()[1]
row()
ms = sorted(row()[0] for _ in range(max(1, n_steps // IN_A_ROW)))
print(json.dumps({
    "name": f"PyTorch {torch.__version__} {mode}, {name} {size}", "device": device, "precision": "bf16" if is_best else "f32",
    "n_parameters": sum(p.numel() for p in model.parameters()), "batch": batch, "n_steps": n_steps,
    "least_ms": ms[0], "median_ms": ms[len(ms) // 2], "first_losses": first}))
