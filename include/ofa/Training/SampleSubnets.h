//===- SampleSubnets.h - Different subnets of a space ----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_SAMPLESUBNETS_H
#define OFA_TRAINING_SAMPLESUBNETS_H

#include "ofa/Data/Random.h"
#include "ofa/Training/Graph.h"
#include "llvm/ADT/SmallBitVector.h"

namespace mlir::ofa::training {

/// Which choices a subnet reads: one flag per choice. What only skipped blocks
/// read changes nothing.
llvm::SmallBitVector findActiveChoices(const Graph &graph,
                                       const Subnet &subnet);

/// `count` subnets that differ in a choice that one of them reads; choices that
/// a subnet does not read have their first value. Every choice is drawn
/// uniformly from its values. A function of `seed`; fewer subnets are the
/// beginning of more. Fails where the space has too few.
llvm::Expected<std::vector<Subnet>>
sampleDifferentSubnets(const Graph &graph, int64_t count, uint64_t seed);

/// A subnet of which every choice has each of its values alike often.
Subnet drawSubnet(const Graph &graph, Random &random);

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_SAMPLESUBNETS_H
