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

torch.set_num_threads(n_threads)
torch.manual_seed(1)
is_best = mode == "best"
BANDS, FRAMES, LATENT = 128, 1293, 128


class ConvVae(nn.Module):
    def __init__(self, channels=(32, 64, 128, 256)):
        super().__init__()
        down, up, n_in = [], [], 1
        for n in channels:
            down += [nn.Conv2d(n_in, n, 4, 2, 1), nn.BatchNorm2d(n), nn.LeakyReLU()]
            n_in = n
        for n in (*channels[-2::-1], 1):
            up += [nn.ConvTranspose2d(n_in, n, 4, 2, 1)]
            if n > 1:
                up += [nn.BatchNorm2d(n), nn.LeakyReLU()]
            n_in = n
        self.encoder, self.decoder = nn.Sequential(*down), nn.Sequential(*up)
        n_flat = channels[-1] * 8 * 80
        self.to_mean, self.to_log_var = nn.Linear(n_flat, LATENT), nn.Linear(n_flat, LATENT)
        self.from_z = nn.Linear(LATENT, n_flat)

    def encode(self, x):
        h = self.encoder(x.unsqueeze(1)).flatten(1)
        return self.to_mean(h), self.to_log_var(h)

    def decode(self, z):
        x = self.decoder(self.from_z(z).view(-1, 256, 8, 80)).sigmoid().squeeze(1)
        return torch.cat([x, x[:, :, -1:].expand(-1, -1, FRAMES - x.shape[2])], 2)


class BasicVae(nn.Module):
    def __init__(self, widths=(512, 256, 128)):
        super().__init__()

        def stack(sizes):
            layers = []
            for a, b in zip(sizes, sizes[1:]):
                layers += [nn.Linear(a, b), nn.BatchNorm1d(b), nn.ReLU(), nn.Dropout(0.2)]
            return nn.Sequential(*layers)

        self.encoder, self.decoder = stack((BANDS * FRAMES, *widths)), stack((LATENT, *widths[::-1]))
        self.to_mean, self.to_log_var = nn.Linear(widths[-1], LATENT), nn.Linear(widths[-1], LATENT)
        self.to_x = nn.Linear(widths[0], BANDS * FRAMES)

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.to_mean(h), self.to_log_var(h)

    def decode(self, z):
        return self.to_x(self.decoder(z)).sigmoid().view(-1, BANDS, FRAMES)


def loss_of(model, x):
    mean, log_var = model.encode(x)
    mean, log_var = mean.float(), log_var.float()
    z = mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)
    x_hat = model.decode(z).float()
    squared = ((x_hat - x) ** 2).flatten(1).sum(1)
    n = x[0].numel()
    variance = (squared.detach().mean() / n).clamp_min(1e-8)
    nats = 0.5 * n * torch.log(2 * torch.pi * variance) + squared / (2 * variance)
    kl = 0.5 * (mean.square() + log_var.exp() - 1 - log_var).sum(1)
    return nats.mean() + kl.mean()


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
    model = ConvVae() if model_name == "conv_vae" else BasicVae()
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
    forward = torch.compile(loss_of) if is_best else loss_of

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=is_best):
            loss = forward(model, x)
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
