//===- SortChannels.h - Most important channels first -----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A narrow subnet has the first channels of each layer. Before widths become
// elastic, the channels that matter most are brought there, which changes no
// output of the full network.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_SORTCHANNELS_H
#define OFA_LIB_TRAINING_SORTCHANNELS_H

#include "ofa/Training/Graph.h"
#include "ofa/Training/Recipe.h"

#include "llvm/ADT/ArrayRef.h"

namespace mlir::ofa::training {

/// Channels that must stay in one order: what one convolution makes, and all
/// that is computed from it, channel by channel.
struct ChannelGroup {
  struct Axis {
    int parameter;
    int axis;
    bool operator<(const Axis &other) const {
      return std::pair(parameter, axis) <
             std::pair(other.parameter, other.axis);
    }
  };
  int64_t channels = 0;
  /// Everywhere in the parameters where these channels are, ascending.
  std::vector<Axis> axes;
  /// Those of the layers that read them: the importance of a channel is the sum
  /// of absolute weights that multiply it. Where an image is read, layers that
  /// read only its mean (squeeze-excite) do not count, as published.
  std::vector<Axis> readers;
  /// Width tables that cut them.
  std::vector<int> widths;
};

/// All groups of elastic width, but for the image's and the class scores'.
std::vector<ChannelGroup> findElasticChannels(const Graph &graph);

/// result[i] is the channel that comes i-th: by falling importance, within the
/// bands between the widths that subnets of `earlier` phases could have.
/// `parameters` as the graph's, with the shapes there.
std::vector<int64_t> rankChannels(const Graph &graph, const ChannelGroup &group,
                                  llvm::ArrayRef<Phase> earlier,
                                  llvm::ArrayRef<float *> parameters);

/// Sorts all groups, in all of `lists`, which have the shapes of the trainer's
/// tensors: the graph's, but [2, C] for a batch norm. Null pointers are left
/// out.
void sortChannels(const Graph &graph, llvm::ArrayRef<Phase> earlier,
                  llvm::ArrayRef<float *> parameters,
                  llvm::ArrayRef<std::vector<float *>> lists);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_SORTCHANNELS_H
