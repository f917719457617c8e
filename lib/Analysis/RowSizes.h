//===- RowSizes.h - What runs row by row needs ------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memory of networks whose layers run in segments (kernel-form-segments), from
// shapes alone, for searches that judge subnets by the thousand. A network is a
// chain of parts; steps of the segments are whole parts here, one row at a
// time, and nothing overlaps, so that the real plan needs as much or less.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_ANALYSIS_ROWSIZES_H
#define OFA_LIB_ANALYSIS_ROWSIZES_H

#include "LayerSizes.h"
#include "ofa/Analysis/SubnetEstimate.h"

namespace mlir::ofa {

/// What a part needs in a segment, one row at a time; nothing where one of its
/// layers has no form for rows, or nothing but its input.
std::optional<RowSizes> getRowSizes(ArrayRef<ActiveOp> ops,
                                    kernel::Variants variants);

/// The arena of a chain of parts of which some run in segments, at its least.
/// By part: its arena alone, and what it needs in a segment, if it may be in
/// one.
int64_t getRowPeak(ArrayRef<std::pair<int64_t, const RowSizes *>> parts);

} // namespace mlir::ofa

#endif // OFA_LIB_ANALYSIS_ROWSIZES_H
