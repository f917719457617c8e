"""Writes a small subnet of MobileNetV3 as Once-for-All does.

  config.py FOLDER [PATH=JSON ...]

FOLDER gets net.config and run.config. Each PATH, such as
blocks[1].conv.expand_ratio or image_size, gets another value; an empty one takes
the member away.
"""

import json
import os
import re
import sys


def layer(inputs, outputs, kernel, stride, act_func="h_swish", use_bn=True):
    return {
        "name": "ConvLayer", "kernel_size": kernel, "stride": stride, "dilation": 1,
        "groups": 1, "bias": False, "has_shuffle": False, "in_channels": inputs,
        "out_channels": outputs, "use_bn": use_bn, "act_func": act_func,
        "dropout_rate": 0, "ops_order": "weight_bn_act",
    }  # fmt: skip


def block(inputs, outputs, kernel, stride, expand, act_func, use_se):
    keeps = stride == 1 and inputs == outputs
    return {
        "name": "ResidualBlock",
        "conv": {
            "name": "MBInvertedConvLayer", "in_channels": inputs,
            "out_channels": outputs, "kernel_size": kernel, "stride": stride,
            "expand_ratio": expand, "mid_channels": None if expand == 1 else 8 * ((inputs * expand + 4) // 8),
            "act_func": act_func, "use_se": use_se, "groups": None,
        },
        "shortcut": {"name": "IdentityLayer", "in_channels": [inputs], "out_channels": [outputs]} if keeps else None,
    }  # fmt: skip


blocks = [block(16, 16, 3, 1, 1, "relu", False)]
channels = 16
for outputs, stride, act_func, use_se in (
    (24, 2, "relu", False),
    (40, 2, "relu", True),
    (80, 2, "h_swish", False),
    (112, 1, "h_swish", True),
    (160, 2, "h_swish", True),
):
    blocks.append(block(channels, outputs, 5, stride, 4, act_func, use_se))
    blocks.append(block(outputs, outputs, 7, 1, 3, act_func, use_se))
    channels = outputs
files = {
    "net.config": {
        "name": "MobileNetV3",
        "bn": {"momentum": 0.1, "eps": 1e-5},
        "first_conv": layer(3, 16, 3, 2),
        "blocks": blocks,
        "final_expand_layer": layer(160, 960, 1, 1),
        "feature_mix_layer": layer(960, 1280, 1, 1, use_bn=False),
        "classifier": {"name": "LinearLayer", "in_features": 1280, "out_features": 1000, "bias": True},
    },
    "run.config": {"image_size": 128},
}
for change in sys.argv[2:]:
    path, value = change.split("=", 1)
    keys = [int(key) if key.isdigit() else key for key in re.findall(r"\w+", path)]
    target = files["run.config" if keys == ["image_size"] else "net.config"]
    for key in keys[:-1]:
        target = target[key]
    if value:
        target[keys[-1]] = json.loads(value)
    else:
        del target[keys[-1]]
os.makedirs(sys.argv[1], exist_ok=True)
for name, content in files.items():
    with open(os.path.join(sys.argv[1], name), "w") as file:
        json.dump(content, file, indent=4)
