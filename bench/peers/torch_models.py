"""The documents' models as PyTorch users write them, at both sizes.  model(x) is the loss of a batch in nats a song."""
import torch
from torch import nn
from torch.nn import functional as F

BANDS, FRAMES, LATENT, CLASSES, EMBEDDING, COMPONENTS = 128, 1293, 128, 4, 64, 50


def pooled(x, k):
    return x if k == 1 else F.avg_pool1d(x, k, k, ceil_mode=True, count_include_pad=False)


def unpooled(x, k):
    return x if k == 1 else F.interpolate(x, FRAMES, mode="linear", align_corners=False)


class Vae(nn.Module):
    """encode and decode are the model's own."""

    def latent_loss(self, mean, log_var, z):
        return 0.5 * (mean.square() + log_var.exp() - 1 - log_var).sum(1)

    def forward(self, x):
        mean, log_var = self.encode(x)
        mean, log_var = mean.float(), log_var.float()
        z = mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)
        x_hat = self.decode(z).float()
        squared = ((x_hat - x) ** 2).flatten(1).sum(1)
        n = x[0].numel()
        variance = (squared.detach().mean() / n).clamp_min(1e-8)
        nats = 0.5 * n * torch.log(2 * torch.pi * variance) + squared / (2 * variance)
        return nats.mean() + self.latent_loss(mean, log_var, z).mean()


class ConvVae(Vae):
    def __init__(self, size="spec", n_told=0):
        super().__init__()
        compact = size == "compact"
        channels = (16, 32, 64, 128) if compact else (32, 64, 128, 256)
        self.pool = 2 if compact else 1
        self.height, self.width = BANDS >> 4, -(-FRAMES // self.pool) >> 4
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
        self.depth = 16 if compact else channels[-1]
        n_flat = self.depth * self.height * self.width
        if compact:
            self.unsqueeze = nn.Conv2d(self.depth, channels[-1], 1)
        if compact and not n_told:
            self.squeeze = nn.Conv2d(channels[-1], self.depth, 1)
        n_seen = channels[-1] + n_told if n_told else n_flat
        self.to_mean, self.to_log_var = nn.Linear(n_seen, LATENT), nn.Linear(n_seen, LATENT)
        self.from_z = nn.Linear(LATENT + n_told, n_flat)

    def features(self, x):
        return self.encoder(pooled(x, self.pool).unsqueeze(1))

    def encode(self, x):
        h = self.features(x)
        h = (self.squeeze(h) if hasattr(self, "squeeze") else h).flatten(1)
        return self.to_mean(h), self.to_log_var(h)

    def decode(self, z):
        h = self.from_z(z).view(-1, self.depth, self.height, self.width)
        if hasattr(self, "unsqueeze"):
            h = F.leaky_relu(self.unsqueeze(h))
        x = self.decoder(h).sigmoid().squeeze(1)
        n_missing = -(-FRAMES // self.pool) - x.shape[2]
        return unpooled(torch.cat([x, x[:, :, -1:].expand(-1, -1, n_missing)], 2), self.pool)


class Cvae(ConvVae):
    """Told a class, here the row's number."""

    def __init__(self, size="spec"):
        super().__init__(size, EMBEDDING)
        self.embedding = nn.Embedding(CLASSES, EMBEDDING)

    def told(self, x):
        return self.embedding(torch.arange(x.shape[0], device=x.device) % CLASSES)

    def encode(self, x):
        h = torch.cat([self.features(x).float().mean((2, 3)), self.told(x)], 1)
        return self.to_mean(h), self.to_log_var(h)

    def decode(self, z):
        return super().decode(torch.cat([z, self.told(z)], 1))


class BasicVae(Vae):
    def __init__(self, size="spec"):
        super().__init__()
        compact = size == "compact"
        widths, rate, self.pool = ((224,), 0.0, 16) if compact else ((512, 256, 128), 0.2, 1)
        self.n_pooled = -(-FRAMES // self.pool)

        def stack(sizes):
            layers = []
            for a, b in zip(sizes, sizes[1:]):
                layers += [nn.Linear(a, b), nn.BatchNorm1d(b), nn.ReLU(), nn.Dropout(rate)]
            return nn.Sequential(*layers)

        self.encoder, self.decoder = stack((BANDS * self.n_pooled, *widths)), stack((LATENT, *widths[::-1]))
        self.to_mean, self.to_log_var = nn.Linear(widths[-1], LATENT), nn.Linear(widths[-1], LATENT)
        self.to_x = nn.Linear(widths[0], BANDS * self.n_pooled)

    def encode(self, x):
        h = self.encoder(pooled(x, self.pool).flatten(1))
        return self.to_mean(h), self.to_log_var(h)

    def decode(self, z):
        return unpooled(self.to_x(self.decoder(z)).sigmoid().view(-1, BANDS, self.n_pooled), self.pool)


class Vade(BasicVae):
    def __init__(self, size="spec"):
        super().__init__(size)
        self.logit = nn.Parameter(torch.zeros(COMPONENTS))
        self.mean = nn.Parameter(torch.rand(COMPONENTS, LATENT) * 2 - 1)
        self.log_var = nn.Parameter(torch.zeros(COMPONENTS, LATENT))

    def latent_loss(self, mean, log_var, z):
        log_weight = F.log_softmax(self.logit, 0)
        difference = z.unsqueeze(1) - self.mean  # [batch, components, latent]
        log_p = log_weight - 0.5 * (difference.square() / self.log_var.exp() + self.log_var).sum(2)
        log_q = F.log_softmax(log_p, 1)
        q = log_q.exp()
        spread = (log_var.exp().unsqueeze(1) + (mean.unsqueeze(1) - self.mean).square()) / self.log_var.exp()
        of_z = 0.5 * (q.unsqueeze(2) * (self.log_var + spread)).sum((1, 2)) - 0.5 * (1 + log_var).sum(1)
        return of_z + (q * (log_q - log_weight)).sum(1)


def make(name, size="spec"):
    return {"conv_vae": ConvVae, "beta_vae": ConvVae, "cvae": Cvae, "basic_vae": BasicVae, "vade": Vade}[name](size)
