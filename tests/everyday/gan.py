"""A deep convolutional GAN: DCGAN's generator against a spectrally normalized discriminator, with the hinge loss."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.parametrizations import spectral_norm


def weights_init(m):
    """DCGAN's start: convolutions from N(0, 0.02), the gains of batch norm from N(1, 0.02)."""
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:
        nn.init.normal_(m.weight.data, 0.0, 0.02)
    elif classname.find("BatchNorm") != -1:
        nn.init.normal_(m.weight.data, 1.0, 0.02)
        nn.init.constant_(m.bias.data, 0)


class Generator(nn.Module):
    def __init__(self, nz=64, ngf=32, nc=3):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(nz, ngf * 4, 4, 1, 0, bias=False),
            nn.BatchNorm2d(ngf * 4),
            nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 4, ngf * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ngf * 2),
            nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 2, ngf, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ngf),
            nn.ReLU(True),
            nn.ConvTranspose2d(ngf, nc, 4, 2, 1, bias=False),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.main(z.view(z.size(0), -1, 1, 1))


def sn_conv(in_channels, out_channels, kernel_size=4, stride=2, padding=1):
    conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding)
    nn.init.kaiming_normal_(conv.weight, a=0.2, nonlinearity="leaky_relu")
    nn.init.zeros_(conv.bias)
    return spectral_norm(conv)


class SelfAttention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.query = nn.Conv1d(channels, channels // 8, 1)
        self.key = nn.Conv1d(channels, channels // 8, 1)
        self.value = nn.Conv1d(channels, channels, 1)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        size = x.size()
        x = x.view(*size[:2], -1)
        q, k, v = self.query(x), self.key(x), self.value(x)
        attention = F.softmax(torch.bmm(q.transpose(1, 2), k), dim=1)
        return (self.gamma * torch.bmm(v, attention) + x).view(*size)


class Discriminator(nn.Module):
    def __init__(self, nc=3, ndf=32):
        super().__init__()
        self.features = nn.Sequential(
            sn_conv(nc, ndf),
            nn.LeakyReLU(0.2, inplace=True),
            sn_conv(ndf, ndf * 2),
            nn.LeakyReLU(0.2, inplace=True),
            SelfAttention(ndf * 2),
            sn_conv(ndf * 2, ndf * 4),
            nn.LeakyReLU(0.2, inplace=True),
        )
        head = nn.Linear(ndf * 4 * 4 * 4, 1)
        nn.init.xavier_uniform_(head.weight)
        self.head = spectral_norm(head)

    def forward(self, x):
        return self.head(self.features(x).flatten(1)).squeeze(1)


@torch.no_grad()
def update_average(target, source, decay=0.999):
    for p, q in zip(target.parameters(), source.parameters()):
        p.mul_(decay).add_(q, alpha=1 - decay)
    for b, c in zip(target.buffers(), source.buffers()):
        b.copy_(c)


def main(steps=50, nz=64):
    torch.manual_seed(0)
    netG, netD = Generator(nz), Discriminator()
    netG.apply(weights_init)
    average = Generator(nz).eval().requires_grad_(False)
    average.load_state_dict(netG.state_dict())
    optD = torch.optim.Adam(netD.parameters(), lr=4e-4, betas=(0.0, 0.9))
    optG = torch.optim.Adam(netG.parameters(), lr=1e-4, betas=(0.0, 0.9))
    lossG = torch.zeros(())
    for _ in range(steps):
        real = torch.rand(8, 3, 32, 32) * 2 - 1
        fake = netG(torch.randn(8, nz))
        lossD = F.relu(1 - netD(real)).mean() + F.relu(1 + netD(fake.detach())).mean()
        optD.zero_grad()
        lossD.backward()
        optD.step()

        lossG = -netD(netG(torch.randn(8, nz))).mean()
        optG.zero_grad()
        lossG.backward()
        optG.step()
        update_average(average, netG)
    return lossG.item()


if __name__ == "__main__":
    print(main())
