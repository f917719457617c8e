//===- CountSubnets.h - How many subnets a supernet holds -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ANALYSIS_COUNTSUBNETS_H
#define OFA_ANALYSIS_COUNTSUBNETS_H

namespace mlir::ofa {

class SupernetOp;

/// The number of different subnets of a supernet, whose choices have at least
/// one value each. Choices that only blocks of one stage read count as often as
/// one of these blocks is kept; choices that nothing reads do not count.
struct SubnetCount {
  /// At one resolution.
  double structures = 1;
  /// Values of the resolution choice; 1 without one.
  double resolutions = 1;
};
SubnetCount countSubnets(SupernetOp supernet);

} // namespace mlir::ofa

#endif // OFA_ANALYSIS_COUNTSUBNETS_H
