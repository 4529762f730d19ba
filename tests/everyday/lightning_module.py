"""A segmentation network as a LightningModule, its encoder taken from torchvision."""

from __future__ import annotations

import math

import lightning as L
import torch
import torch.nn.functional as F
from lightning.pytorch.callbacks import LearningRateMonitor, ModelCheckpoint
from torch import nn
from torchmetrics import JaccardIndex
from torchvision.models import ResNet34_Weights, resnet34


class DecoderBlock(nn.Module):
    def __init__(self, in_channels: int, skip_channels: int, out_channels: int):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, kernel_size=2, stride=2)
        self.conv = nn.Sequential(
            nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x: torch.Tensor, skip: torch.Tensor) -> torch.Tensor:
        return self.conv(torch.cat([self.up(x), skip], dim=1))


class Decoder(nn.Module):
    def __init__(self, channels: tuple[int, ...] = (512, 256, 128, 64), num_classes: int = 1, prior: float = 0.01):
        super().__init__()
        pairs = zip(channels[:-1], channels[1:])
        self.blocks = nn.ModuleList([DecoderBlock(high, low, low) for high, low in pairs])
        self.head = nn.Conv2d(channels[-1], num_classes, kernel_size=1)
        self.initialize(prior)

    def initialize(self, prior: float) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_uniform_(module.weight, mode="fan_in", nonlinearity="relu")
                if module.bias is not None:
                    nn.init.constant_(module.bias, 0)
            elif isinstance(module, nn.BatchNorm2d):
                nn.init.constant_(module.weight, 1)
                nn.init.constant_(module.bias, 0)
        # Foreground is rare: start from its share of the pixels.
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.constant_(self.head.bias, -math.log((1 - prior) / prior))

    def forward(self, features: list[torch.Tensor]) -> torch.Tensor:
        x, *skips = features
        for block, skip in zip(self.blocks, skips):
            x = block(x, skip)
        return self.head(x)


class Segmenter(L.LightningModule):
    def __init__(self, num_classes: int = 1, lr: float = 3e-4, freeze_encoder: bool = True):
        super().__init__()
        self.save_hyperparameters()
        self.encoder = resnet34(weights=ResNet34_Weights.DEFAULT)
        self.encoder.fc = nn.Identity()
        if freeze_encoder:
            self.encoder.requires_grad_(False)
        self.decoder = Decoder(num_classes=num_classes)
        self.iou = JaccardIndex(task="binary")
        self.example_input_array = torch.zeros(1, 3, 64, 64)

    def features(self, x: torch.Tensor) -> list[torch.Tensor]:
        e = self.encoder
        x = e.maxpool(e.relu(e.bn1(e.conv1(x))))
        found = []
        for stage in (e.layer1, e.layer2, e.layer3, e.layer4):
            x = stage(x)
            found.append(x)
        return found[::-1]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits = self.decoder(self.features(x))
        return F.interpolate(logits, size=x.shape[-2:], mode="bilinear", align_corners=False)

    def training_step(self, batch, batch_idx):
        images, masks = batch
        loss = F.binary_cross_entropy_with_logits(self(images), masks)
        self.log("train/loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch, batch_idx):
        images, masks = batch
        logits = self(images)
        self.iou(logits.sigmoid(), masks.int())
        self.log("val/loss", F.binary_cross_entropy_with_logits(logits, masks))
        self.log("val/iou", self.iou, on_epoch=True)

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW((p for p in self.parameters() if p.requires_grad), lr=self.hparams.lr)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=self.hparams.lr, total_steps=self.trainer.estimated_stepping_batches
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def main(datamodule: L.LightningDataModule) -> None:
    L.seed_everything(7, workers=True)
    trainer = L.Trainer(
        max_epochs=20,
        precision="16-mixed",
        callbacks=[ModelCheckpoint(monitor="val/iou", mode="max"), LearningRateMonitor("step")],
    )
    trainer.fit(Segmenter(), datamodule=datamodule)
