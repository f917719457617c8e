//===- OFAOps.td - Operations of the ofa dialect -----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_OFAOPS_TD
#define OFA_DIALECT_OFA_IR_OFAOPS_TD

include "ofa/Dialect/OFA/IR/OFAElasticOps.td"
include "ofa/Dialect/OFA/IR/OFAMoveOps.td"
include "ofa/Dialect/OFA/IR/OFANetworkOps.td"
include "ofa/Dialect/OFA/IR/OFAStateOps.td"

#endif // OFA_DIALECT_OFA_IR_OFAOPS_TD
