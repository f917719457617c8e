//===- Quantity.h - Numbers with units -------------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DEVICE_QUANTITY_H
#define OFA_DEVICE_QUANTITY_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace mlir::ofa {

/// What a number with a unit measures.
enum class Dimension { Bytes, Frequency, Time, Energy, Power, Count };

/// Reads one quantity, such as `320KiB`, `216MHz`, `50ms`, `5mJ` or `0.3W`:
/// digits with an optional fraction, then a unit of `dimension`. Returns true
/// and sets `value` in the base unit (byte, hertz, second, joule, watt, one);
/// otherwise sets `error` to a sentence that says what was expected and found.
/// Zero and negative values are refused. Only bytes and counts may go without a
/// unit; bytes must come to a whole number below 2^53. The value is the correctly
/// rounded one of the decimal text.
bool parseQuantity(llvm::StringRef text, Dimension dimension, double &value,
                   std::string &error);

/// The same for a size in bytes: units B, KiB, MiB, GiB (powers of 1024), kB,
/// MB and GB (powers of 1000).
bool parseBytes(llvm::StringRef text, int64_t &bytes, std::string &error);

/// `320KiB`, `1MiB`, `1000B`: the largest binary unit that divides exactly.
std::string formatBytes(int64_t bytes);

/// `50 ms`, `5.25 mJ`, `216 MHz`: at most four significant digits and an SI
/// prefix; for people, not for reading back.
std::string formatQuantity(double value, Dimension dimension);

} // namespace mlir::ofa

#endif // OFA_DEVICE_QUANTITY_H
