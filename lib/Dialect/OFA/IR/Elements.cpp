//===- Elements.cpp - Reading, slicing and making parameter data ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/IR/Elements.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

LogicalResult
ofa::verifyElements(ElementsAttr elements,
                    function_ref<InFlightDiagnostic()> emitError) {
  if (isa<DenseElementsAttr>(elements))
    return success();
  auto resource = dyn_cast<DenseResourceElementsAttr>(elements);
  if (!resource)
    return emitError() << "expects dense elements or a resource, but got "
                       << elements;
  auto type = cast<ShapedType>(resource.getType());
  Type element = type.getElementType();
  if (!element.isIntOrFloat() || element.getIntOrFloatBitWidth() % 8 != 0)
    return emitError() << "expects elements of whole bytes, but got " << type;
  StringRef key = resource.getRawHandle().getKey();
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob)
    return emitError() << "expects the data of resource '" << key
                       << "', but there is none: is the file cut?";
  size_t expected =
      type.getNumElements() * (element.getIntOrFloatBitWidth() / 8);
  if (blob->getData().size() != expected)
    return emitError() << "expects resource '" << key << "' to have " << expected
                       << " bytes for " << type << ", but got "
                       << blob->getData().size();
  return success();
}

template <typename T>
std::vector<T> ofa::copyElements(ElementsAttr elements) {
  int64_t count = cast<ShapedType>(elements.getType()).getNumElements();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements)) {
    ArrayRef<char> data = resource.getRawHandle().getBlob()->getData();
    std::vector<T> values(count);
    // The blob may have any alignment.
    memcpy(values.data(), data.data(), count * sizeof(T));
    return values;
  }
  auto range = cast<DenseElementsAttr>(elements).getValues<T>();
  return std::vector<T>(range.begin(), range.end());
}
template std::vector<float> ofa::copyElements(ElementsAttr);
template std::vector<int8_t> ofa::copyElements(ElementsAttr);
template std::vector<uint8_t> ofa::copyElements(ElementsAttr);
template std::vector<int32_t> ofa::copyElements(ElementsAttr);

template <typename T>
ElementsAttr ofa::makeElements(StringRef name, RankedTensorType type,
                               ArrayRef<T> values) {
  assert(int64_t(values.size()) == type.getNumElements());
  return DenseResourceElementsAttr::get(
      type, name,
      HeapAsmResourceBlob::allocateAndCopyInferAlign(values,
                                                     /*dataIsMutable=*/false));
}
template ElementsAttr ofa::makeElements(StringRef, RankedTensorType,
                                        ArrayRef<float>);
template ElementsAttr ofa::makeElements(StringRef, RankedTensorType,
                                        ArrayRef<int8_t>);
template ElementsAttr ofa::makeElements(StringRef, RankedTensorType,
                                        ArrayRef<uint8_t>);
template ElementsAttr ofa::makeElements(StringRef, RankedTensorType,
                                        ArrayRef<int16_t>);
template ElementsAttr ofa::makeElements(StringRef, RankedTensorType,
                                        ArrayRef<int32_t>);

std::vector<float> ofa::sliceBox(ArrayRef<float> values,
                                 ArrayRef<int64_t> from,
                                 ArrayRef<int64_t> begin,
                                 ArrayRef<int64_t> shape) {
  std::vector<float> result;
  SmallVector<int64_t> index(shape.size(), 0);
  int64_t rank = shape.size();
  for (;;) {
    int64_t offset = 0;
    for (int64_t dim = 0; dim < rank; ++dim)
      offset = offset * from[dim] + begin[dim] + index[dim];
    ArrayRef<float> run = values.slice(offset, shape.back());
    result.insert(result.end(), run.begin(), run.end());
    int64_t dim = rank - 2;
    while (dim >= 0 && ++index[dim] == shape[dim])
      index[dim--] = 0;
    if (dim < 0)
      return result;
  }
}
