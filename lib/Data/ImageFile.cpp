//===- ImageFile.cpp - JPEG and PNG decoding ------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Data/ImageSet.h"

#include "llvm/Support/MemoryBuffer.h"

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <jpeglib.h>
#include <png.h>

using namespace mlir::ofa;

namespace {

llvm::Error fail(llvm::StringRef path, const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "'" + path + "': " + message);
}

/// libjpeg reports errors by a call that must not return.
struct JpegErrors {
  jpeg_error_mgr base;
  std::jmp_buf target;
  char message[JMSG_LENGTH_MAX];
};

void failJpeg(j_common_ptr info) {
  auto *errors = reinterpret_cast<JpegErrors *>(info->err);
  errors->base.format_message(info, errors->message);
  std::longjmp(errors->target, 1);
}

/// A warning means data that are cut or damaged: that is an error here.
void countJpegWarning(j_common_ptr info, int level) {
  if (level < 0)
    failJpeg(info);
}

/// No object with a destructor lives in here: longjmp would skip it.
bool decodeJpeg(const unsigned char *data, unsigned long size, Image &image,
                JpegErrors &errors) {
  jpeg_decompress_struct info;
  info.err = jpeg_std_error(&errors.base);
  errors.base.error_exit = failJpeg;
  errors.base.emit_message = countJpegWarning;
  if (setjmp(errors.target)) {
    jpeg_destroy_decompress(&info);
    return false;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, data, size);
  jpeg_read_header(&info, TRUE);
  info.out_color_space = JCS_RGB;
  // The slow integer transform is exact; libraries differ in the fast ones.
  info.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&info);
  image.height = info.output_height;
  image.width = info.output_width;
  image.pixels.resize(static_cast<size_t>(image.height * image.width * 3));
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = image.pixels.data() +
                   static_cast<size_t>(info.output_scanline) * image.width * 3;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return true;
}

llvm::Error decodePng(llvm::StringRef path, llvm::StringRef data,
                      Image &image) {
  png_image info;
  std::memset(&info, 0, sizeof(info));
  info.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&info, data.data(), data.size()))
    return fail(path, llvm::Twine("cannot decode the PNG: ") + info.message);
  info.format = PNG_FORMAT_RGB;
  image.height = info.height;
  image.width = info.width;
  image.pixels.resize(PNG_IMAGE_SIZE(info));
  png_color black = {0, 0, 0};
  if (!png_image_finish_read(&info, &black, image.pixels.data(), 0, nullptr))
    return fail(path, llvm::Twine("cannot decode the PNG: ") + info.message);
  return llvm::Error::success();
}

} // namespace

llvm::Expected<Image> mlir::ofa::readImageFile(llvm::StringRef path) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return fail(path, "cannot read the image: " + file.getError().message());
  llvm::StringRef data = (*file)->getBuffer();
  Image image;
  if (data.starts_with("\xff\xd8")) {
    JpegErrors errors;
    if (!decodeJpeg(reinterpret_cast<const unsigned char *>(data.data()),
                    data.size(), image, errors))
      return fail(path,
                  llvm::Twine("cannot decode the JPEG: ") + errors.message);
    return image;
  }
  if (data.starts_with("\x89PNG")) {
    if (llvm::Error error = decodePng(path, data, image))
      return error;
    return image;
  }
  return fail(path, "is neither JPEG nor PNG; convert it to one of them");
}
