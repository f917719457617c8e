//===- Elements.h - Reading, slicing and making parameter data --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_ELEMENTS_H
#define OFA_DIALECT_OFA_IR_ELEMENTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Support/LLVM.h"
#include <vector>

namespace mlir::ofa {

/// Fails after one diagnostic unless the elements are present and complete:
/// a resource blob must be there and have exactly the bytes of its type (the
/// parser accepts both faults).
LogicalResult verifyElements(ElementsAttr elements,
                             function_ref<InFlightDiagnostic()> emitError);

/// A copy of the elements, row-major; T must be the element type (float,
/// int8_t, uint8_t, int32_t), and the elements verified.
template <typename T>
std::vector<T> copyElements(ElementsAttr elements);
extern template std::vector<float> copyElements(ElementsAttr);
extern template std::vector<int8_t> copyElements(ElementsAttr);
extern template std::vector<uint8_t> copyElements(ElementsAttr);
extern template std::vector<int32_t> copyElements(ElementsAttr);

/// Elements held as a resource blob named after `name` (made unique). `values`
/// has as many elements as `type`, of the same type.
template <typename T>
ElementsAttr makeElements(StringRef name, RankedTensorType type,
                          ArrayRef<T> values);
extern template ElementsAttr makeElements(StringRef, RankedTensorType,
                                          ArrayRef<float>);
extern template ElementsAttr makeElements(StringRef, RankedTensorType,
                                          ArrayRef<int8_t>);
extern template ElementsAttr makeElements(StringRef, RankedTensorType,
                                          ArrayRef<uint8_t>);
extern template ElementsAttr makeElements(StringRef, RankedTensorType,
                                          ArrayRef<int16_t>);
extern template ElementsAttr makeElements(StringRef, RankedTensorType,
                                          ArrayRef<int32_t>);

/// The sub-box `[begin, begin + shape)` of row-major `values` of shape `from`.
std::vector<float> sliceBox(ArrayRef<float> values, ArrayRef<int64_t> from,
                            ArrayRef<int64_t> begin, ArrayRef<int64_t> shape);

} // namespace mlir::ofa

#endif // OFA_DIALECT_OFA_IR_ELEMENTS_H
