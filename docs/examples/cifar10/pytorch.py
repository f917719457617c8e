#!/usr/bin/env python3
"""Images per second of PyTorch's own training loop on the supernet mcu-cifar.

usage: pytorch.py [--steps=N] [--threads=N] [--device=cuda] [--bfloat16]

The step is ofa-train's: batch 128; the largest subnet learns from smoothed labels,
two random ones and the smallest from what the largest says, each at its resolution;
SGD with Nesterov momentum. Elastic layers are slices, kernel matrices included, as
in once-for-all. Images are channels last and lie ready in memory, so that reading
and augmentation cost nothing here. In float32, or with --bfloat16 in autocast, for GPUs:
PyTorch 1.13 has no gradient of relu6 in bfloat16 on a CPU. Needs Debian's python3-torch
alone.
"""

import argparse
import random
import resource
import time

import torch
import torch.nn.functional as F
from torch import nn

RESOLUTIONS = [20, 24, 28, 32]
# Channels, stride, depths, expansions, kernels: lib/Spaces/KnownSpaces.cpp.
STAGES = [
    (24, 2, [1], [1], [3]),
    (24, 1, [1, 2, 3, 4], [2, 3, 4], [3, 5, 7]),
    (40, 2, [1, 2, 3, 4], [2, 4, 6], [3, 5, 7]),
    (64, 2, [1, 2, 3, 4], [2, 4, 6], [3, 5, 7]),
]


class Elastic(nn.Module):
    """Batch norm by the batch's statistics on the first channels."""

    def __init__(self, channels):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels))
        self.offset = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        c = x.shape[1]
        return F.batch_norm(x, None, None, self.scale[:c], self.offset[:c], training=True)


def make_weight(*shape):
    weight = torch.empty(*shape)
    nn.init.kaiming_normal_(weight, mode="fan_out")
    return nn.Parameter(weight)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, expansions, kernels):
        super().__init__()
        self.inputs, self.stride = inputs, stride
        self.expansions, self.kernels = expansions, kernels
        middle, kernel = inputs * expansions[-1], kernels[-1]
        self.expand = make_weight(middle, inputs, 1, 1) if expansions != [1] else None
        self.depthwise = make_weight(middle, 1, kernel, kernel)
        self.matrices = nn.ParameterDict(
            {str(k): nn.Parameter(torch.eye(k * k)) for k in kernels[:-1]}
        )
        self.project = make_weight(outputs, middle, 1, 1)
        self.norms = nn.ModuleList([Elastic(middle), Elastic(middle), Elastic(outputs)])
        self.residual = stride == 1 and inputs == outputs

    def forward(self, image, pick):
        middle = self.inputs * pick(self.expansions)
        kernel = pick(self.kernels)
        x = image
        if self.expand is not None:
            x = F.relu6(self.norms[0](F.conv2d(x, self.expand[:middle])))
        weight = self.depthwise[:middle]
        for size in sorted(self.kernels[:-1], reverse=True):
            if size < kernel:
                break
            margin = (weight.shape[-1] - size) // 2
            centre = weight[..., margin:-margin, margin:-margin].reshape(middle, 1, -1)
            weight = F.linear(centre, self.matrices[str(size)]).view(middle, 1, size, size)
        x = F.conv2d(x, weight, None, self.stride, kernel // 2, 1, middle)
        x = F.relu6(self.norms[1](x))
        x = self.norms[2](F.conv2d(x, self.project[:, :middle]))
        return x + image if self.residual else x


class Supernet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.stem_norm = make_weight(16, 3, 3, 3), Elastic(16)
        self.stages, inputs = nn.ModuleList(), 16
        for outputs, stride, depths, expansions, kernels in STAGES:
            blocks = []
            for b in range(depths[-1]):
                blocks.append(Block(inputs, outputs, 1 if b else stride, expansions, kernels))
                inputs = outputs
            self.stages.append(nn.ModuleList(blocks))
        self.head, self.head_norm = make_weight(128, inputs, 1, 1), Elastic(128)
        self.classifier = nn.Linear(128, 10)

    def forward(self, image, pick):
        x = F.relu6(self.stem_norm(F.conv2d(image, self.stem, padding=1)))
        for (_, _, depths, _, _), blocks in zip(STAGES, self.stages):
            for block in blocks[: pick(depths)]:
                x = block(x, pick)
        x = F.relu6(self.head_norm(F.conv2d(x, self.head)))
        return self.classifier(x.mean([2, 3]))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--bfloat16", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    random.seed(0)
    network = Supernet().to(options.device, memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(
        network.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-4
    )
    images = {
        r: torch.randn(128, 3, r, r).to(options.device, memory_format=torch.channels_last)
        for r in RESOLUTIONS
    }
    labels = torch.randint(10, (128,)).to(options.device)

    def step():
        optimizer.zero_grad(set_to_none=True)
        teacher = None
        for pick in (max, random.choice, random.choice, min):
            with torch.autocast(options.device, torch.bfloat16, enabled=options.bfloat16):
                scores = network(images[pick(RESOLUTIONS)], pick).float()
            if teacher is None:
                loss = F.cross_entropy(scores, labels, label_smoothing=0.1)
                teacher = scores.detach().softmax(1)
            else:
                loss = F.cross_entropy(scores, teacher)
            loss.backward()
        optimizer.step()

    for _ in range(3):
        step()
    wait = torch.cuda.synchronize if options.device == "cuda" else lambda: None
    wait()
    start = time.time()
    for _ in range(options.steps):
        step()
    wait()
    rate = 128 * options.steps / (time.time() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{rate:.0f} images/s, {memory:.0f} MiB at most")


if __name__ == "__main__":
    main()
