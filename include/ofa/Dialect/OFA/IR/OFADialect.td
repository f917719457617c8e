//===- OFADialect.td - The ofa dialect ---------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_OFADIALECT_TD
#define OFA_DIALECT_OFA_IR_OFADIALECT_TD

include "mlir/IR/DialectBase.td"

def OFA_Dialect : Dialect {
  let name = "ofa";
  let cppNamespace = "::mlir::ofa";
  let summary = "Once-for-all networks: elastic supernets and static networks";
  let description = [{
    Tensor-level neural-network operations with value semantics. The same
    operations describe a *supernet*, where `ofa.choice` symbols say what may
    shrink, and a *network*, where nothing is left to choose.

    Activations are NHWC with batch 1, convolution weights OHWI
    (`[out, kh, kw, in]`), depthwise weights `[1, kh, kw, channels]`,
    fully-connected weights `[out, in]`. Element types are `f32` and
    `!quant.uniform` with `i8` storage. Arithmetic of quantised operations is
    TFLite's int8 specification, to the bit.

    Attributes that the dialect puts on a network's function: `ofa.preprocessing`
    (`#ofa.preprocessing`, how raw pixels become the input) and
    `ofa.class_names` (array of strings, one per output); on its arguments and
    results: `ofa.name` (string) and `ofa.real` (unit: the caller's data was
    real before the network took or gave int8); on an operation:
    `ofa.source_tensor` (i64, the index in the source file of the tensor that it
    computes); on a module: `ofa.specialization` (`#ofa.specialization`, the
    decision taken) and `ofa.training` (dictionary: what training took, which
    nothing depends on: `epochs`, `images`, `energy_joules`, `energy_source`,
    `grid_intensity` in g/kWh, `co2e_grams`, `devices` that share it, and
    `alone_energy_joules` of as many networks, each trained alone).
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let dependentDialects = ["::mlir::quant::QuantDialect", "::mlir::func::FuncDialect"];
}

#endif // OFA_DIALECT_OFA_IR_OFADIALECT_TD
