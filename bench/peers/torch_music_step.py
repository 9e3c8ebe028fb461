#!/usr/bin/env python3
"""One training step of a transformer VAE of music tokens in PyTorch: forward, backward, Adam.

usage: torch_music_step.py THREADS BATCH eager|best STEPS WEIGHTS.safetensors X.f32

The model is music_transformer, compact, as src/bench/step_benchmarks.cpp sets it, on padded sequences.  eager: f32, as
users write it.  best: bf16 autocast, scaled_dot_product_attention, fused Adam, torch.compile; whoever starts it preloads
jemalloc.  A job is STEPS steps over one batch that lies in memory.
"""
import math
import sys

from worker import serve, threads_of_environment

n_threads, batch, mode, n_steps = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
threads_of_environment(n_threads)

import numpy as np  # noqa: E402
import torch  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

torch.set_num_threads(n_threads)
torch.manual_seed(1)
is_best = mode == "best"
VOCABULARY, WIDTH, HEADS, HIDDEN, LATENT, QUERIES = 774, 192, 3, 768, 48, 4


class Layer(nn.Module):
    def __init__(self, n_condition):
        super().__init__()
        self.attention_norm, self.feed_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.to_qkv, self.from_heads = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.to_hidden, self.from_hidden = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)
        if n_condition:
            self.adapt_attention, self.adapt_feed = (nn.Linear(n_condition, 2 * WIDTH) for _ in range(2))
        self.is_adapted = n_condition > 0

    def attention(self, x, angles, mask):
        b, t, _ = x.shape
        q, k, v = self.to_qkv(x).view(b, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        cosine, sine = angles

        def turned(y):
            first, second = y.chunk(2, -1)
            return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1).to(y.dtype)

        seen = F.scaled_dot_product_attention(turned(q), turned(k), v, attn_mask=mask, is_causal=mask is None)
        return self.from_heads(seen.transpose(1, 2).reshape(b, t, WIDTH))

    def forward(self, h, angles, mask, condition=None):
        def adapted(x, adapt):
            scale, shift = adapt(condition).unsqueeze(1).chunk(2, -1)
            return x * (1 + scale) + shift

        x = self.attention_norm(h)
        h = h + self.attention(adapted(x, self.adapt_attention) if self.is_adapted else x, angles, mask)
        x = self.feed_norm(h)
        x = adapted(x, self.adapt_feed) if self.is_adapted else x
        return h + self.from_hidden(F.relu(self.to_hidden(x)))


class Coder(nn.Module):
    def __init__(self, n_layers, n_condition=0):
        super().__init__()
        self.embedding = nn.ModuleDict({"token": nn.Embedding(VOCABULARY, WIDTH)})
        for i in range(n_layers):
            self.add_module(str(i), Layer(n_condition))
        self.n_layers, self.last_norm = n_layers, nn.LayerNorm(WIDTH)

    def hidden(self, h, angles, mask, condition=None):
        for i in range(self.n_layers):
            h = getattr(self, str(i))(h, angles, mask, condition)
        return self.last_norm(h)


class Music(nn.Module):
    def __init__(self, n_places):
        super().__init__()
        self.encoder, self.decoder = Coder(3), Coder(4, LATENT)
        level = nn.Module()
        level.pool = nn.ModuleDict({"to_scores": nn.Linear(WIDTH, QUERIES)})
        level.to_mean, level.to_log_var = (nn.Linear(QUERIES * WIDTH, LATENT) for _ in range(2))
        self.encoder.add_module("global", level)
        self.decoder.from_z, self.decoder.to_logits = nn.Linear(LATENT, WIDTH), nn.Linear(WIDTH, VOCABULARY)
        half = WIDTH // HEADS // 2
        angle = torch.arange(n_places)[:, None] * torch.exp(torch.arange(half) / half * -math.log(10000.0))[None]
        self.angles = (angle.cos(), angle.sin())

    def encode(self, x):
        t = x.shape[1]
        is_there = x > 0
        h = self.encoder.hidden(self.encoder.embedding["token"](x), [a[:t] for a in self.angles], is_there[:, None, None])
        level = getattr(self.encoder, "global")
        weight = torch.exp(8 * torch.tanh(level.pool["to_scores"](h).float() / 8)) * is_there[..., None]
        pooled = torch.einsum("btq,btc->bqc", weight / weight.sum(1, keepdim=True), h.float()).flatten(1)
        return level.to_mean(pooled).float(), level.to_log_var(pooled).float().clamp(-20, 20)

    def nats(self, x, z):
        told = self.decoder.embedding["token"](x[:, :-1]) + self.decoder.from_z(z).unsqueeze(1)
        h = self.decoder.hidden(told, [a[: x.shape[1] - 1] for a in self.angles], None, z)
        return F.cross_entropy(self.decoder.to_logits(h).float().flatten(0, 1), x[:, 1:].flatten(), ignore_index=0, reduction="sum")

    def forward(self, x):
        mean, log_var = self.encode(x)
        z = mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)
        kl = 0.5 * (mean.square() + log_var.exp() - 1 - log_var).sum(1).mean()
        return self.nats(x, z) / x.shape[0] + kl


def main():
    rows = np.fromfile(sys.argv[6], "<f4").reshape(batch, -1).astype(np.int64)
    x = torch.from_numpy(rows[:, : int((rows > 0).sum(1).max())].copy())
    model = Music(rows.shape[1])
    ours = {name: value for name, value in load_file(sys.argv[5]).items() if name in model.state_dict()}
    model.load_state_dict(ours)
    with torch.no_grad():
        first_error = (model.nats(x, model.encode(x)[0]) / (x[:, 1:] > 0).sum()).item()
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
