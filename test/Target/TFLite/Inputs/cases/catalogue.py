# ===- catalogue.py - All cases ----------------------------------------------===#
#
# Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
import random

from cases import elementwise, graphs, layers, movement


def all_cases(seed):
    """Every case; equal seeds give equal cases."""
    result = {}
    for module in (layers, elementwise, movement, graphs):
        for case in module.cases(random.Random(f"{seed} {module.__name__}")):
            if case.name in result:
                raise ValueError(f"two cases are called '{case.name}'")
            result[case.name] = case
    return result
