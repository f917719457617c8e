//===- FolderTest.cpp - Data sets in files --------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Data/ImageSet.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <jpeglib.h>
#include <png.h>

using namespace mlir::ofa;
namespace fs = llvm::sys::fs;

namespace {

/// A folder that is removed with its content.
class FolderTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(fs::createUniqueDirectory("ofa-data", root));
  }
  void TearDown() override { fs::remove_directories(root); }

  std::string path(const std::string &name) {
    llvm::SmallString<128> full(root);
    llvm::sys::path::append(full, name);
    return std::string(full);
  }
  void makeFolder(const std::string &name) {
    ASSERT_FALSE(fs::create_directories(path(name)));
  }
  void write(const std::string &name, const std::string &bytes) {
    std::ofstream(path(name), std::ios::binary) << bytes;
  }
  void writePng(const std::string &name, int width, int height, uint8_t level) {
    png_image info = {};
    info.version = PNG_IMAGE_VERSION;
    info.width = width;
    info.height = height;
    info.format = PNG_FORMAT_RGB;
    std::vector<uint8_t> pixels(width * height * 3, level);
    ASSERT_TRUE(png_image_write_to_file(&info, path(name).c_str(), 0,
                                        pixels.data(), 0, nullptr));
  }
  void writeJpeg(const std::string &name, int width, int height,
                 uint8_t level) {
    jpeg_compress_struct info;
    jpeg_error_mgr errors;
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    FILE *file = std::fopen(path(name).c_str(), "wb");
    jpeg_stdio_dest(&info, file);
    info.image_width = width;
    info.image_height = height;
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_start_compress(&info, TRUE);
    std::vector<uint8_t> row(width * 3, level);
    for (int y = 0; y < height; ++y) {
      JSAMPROW pointer = row.data();
      jpeg_write_scanlines(&info, &pointer, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    std::fclose(file);
  }
  /// Two classes with `count` images each in `folder`.
  void makeClasses(const std::string &folder, int count) {
    for (std::string name : {"cat", "dog"}) {
      makeFolder(folder + name);
      for (int i = 0; i < count; ++i)
        writePng(folder + name + "/" + std::to_string(100 + i) + ".png", 8, 8,
                 static_cast<uint8_t>(i));
    }
  }
  std::string getError(const std::string &source,
                       DataSplit split = DataSplit::Train) {
    llvm::Expected<ImageSet> set = loadImageSet(source, split, 8);
    return set ? "" : llvm::toString(set.takeError());
  }

  llvm::SmallString<128> root;
};

} // namespace

TEST_F(FolderTest, ReadsJpegAndPng) {
  writePng("a.png", 5, 7, 200);
  writeJpeg("b.jpg", 16, 8, 90);
  llvm::Expected<Image> png = readImageFile(path("a.png"));
  ASSERT_TRUE(bool(png));
  EXPECT_EQ(png->width, 5);
  EXPECT_EQ(png->height, 7);
  EXPECT_EQ(png->pixels, std::vector<uint8_t>(5 * 7 * 3, 200));
  llvm::Expected<Image> jpeg = readImageFile(path("b.jpg"));
  ASSERT_TRUE(bool(jpeg));
  EXPECT_EQ(jpeg->width, 16);
  EXPECT_NEAR(jpeg->pixels[10], 90, 2);
}

TEST_F(FolderTest, BadImagesGiveOneDiagnostic) {
  writePng("good.png", 64, 64, 3);
  writeJpeg("good.jpg", 64, 64, 3);
  for (std::string name : {"good.png", "good.jpg"}) {
    std::ifstream file(path(name), std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), {});
    write("cut", bytes.substr(0, bytes.size() / 2));
    llvm::Expected<Image> image = readImageFile(path("cut"));
    ASSERT_FALSE(bool(image)) << name;
    EXPECT_NE(llvm::toString(image.takeError()).find("cannot decode"),
              std::string::npos);
  }
  write("text.jpg", "hello");
  llvm::Expected<Image> text = readImageFile(path("text.jpg"));
  ASSERT_FALSE(bool(text));
  EXPECT_NE(llvm::toString(text.takeError()).find("neither JPEG nor PNG"),
            std::string::npos);
  llvm::Expected<Image> absent = readImageFile(path("absent.png"));
  ASSERT_FALSE(bool(absent));
  llvm::consumeError(absent.takeError());
}

TEST_F(FolderTest, SplitsAFolderWithoutSplits) {
  makeClasses("", 20);
  llvm::Expected<ImageSet> train = loadImageSet(path(""), DataSplit::Train, 8);
  llvm::Expected<ImageSet> test = loadImageSet(path(""), DataSplit::Test, 8);
  ASSERT_TRUE(bool(train));
  ASSERT_TRUE(bool(test));
  EXPECT_EQ(train->size(), 36);
  EXPECT_EQ(train->classNames, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(test->labels, (std::vector<int32_t>{0, 0, 1, 1}));
  EXPECT_EQ(test->getImage(0)[0], 9);
  EXPECT_EQ(test->getImage(1)[0], 19);
}

TEST_F(FolderTest, UsesGivenSplits) {
  makeClasses("train/", 3);
  makeClasses("test/", 2);
  llvm::Expected<ImageSet> train = loadImageSet(path(""), DataSplit::Train, 8);
  llvm::Expected<ImageSet> test = loadImageSet(path(""), DataSplit::Test, 4);
  ASSERT_TRUE(bool(train));
  ASSERT_TRUE(bool(test));
  EXPECT_EQ(train->size(), 6);
  EXPECT_EQ(test->size(), 4);
  EXPECT_EQ(test->height, 4);
}

TEST_F(FolderTest, LeavesOutFewBrokenImages) {
  makeClasses("train/", 100);
  write("train/dog/000.png", "broken");
  llvm::Expected<ImageSet> set = loadImageSet(path(""), DataSplit::Train, 8);
  ASSERT_TRUE(bool(set));
  EXPECT_EQ(set->size(), 200);
  ASSERT_EQ(set->skipped.size(), 1u);
  EXPECT_NE(set->skipped[0].find("000.png"), std::string::npos);
  EXPECT_EQ(set->labels[100], 1);
  EXPECT_EQ(set->getImage(100)[0], 0);
  for (int i = 1; i < 4; ++i)
    write("train/dog/00" + std::to_string(i) + ".png", "broken");
  EXPECT_NE(getError(path("")).find("more than one in a hundred"),
            std::string::npos);
}

TEST_F(FolderTest, ThreadsGiveEqualSets) {
  makeClasses("train/", 150);
  // Images of several sizes, and two that cannot be read, one of them new.
  for (int i = 0; i < 40; ++i)
    writeJpeg("train/cat/2" + std::to_string(100 + i) + ".jpg", 8 + 5 * i, 60,
              static_cast<uint8_t>(3 * i));
  write("train/dog/099.png", "broken");
  write("train/cat/150.png", "broken");
  llvm::Expected<ImageSet> one =
      loadImageSet(path(""), DataSplit::Train, 8, /*threads=*/1);
  ASSERT_TRUE(bool(one));
  EXPECT_EQ(one->size(), 339);
  ASSERT_EQ(one->skipped.size(), 2u);
  EXPECT_NE(one->skipped[0].find("cat/150.png"), std::string::npos);
  for (unsigned threads : {0, 2, 7}) {
    llvm::Expected<ImageSet> set =
        loadImageSet(path(""), DataSplit::Train, 8, threads);
    ASSERT_TRUE(bool(set));
    EXPECT_EQ(set->pixels, one->pixels);
    EXPECT_EQ(set->labels, one->labels);
    EXPECT_EQ(set->skipped, one->skipped);
  }
}

TEST_F(FolderTest, BothSplitsNeedAllClasses) {
  makeClasses("train/", 3);
  EXPECT_EQ(getError(path("")), "");
  EXPECT_NE(getError(path(""), DataSplit::Test)
                .find("has a folder 'train', but neither 'test' nor 'val'"),
            std::string::npos);
  makeClasses("val/", 3);
  EXPECT_EQ(getError(path(""), DataSplit::Test), "");
  // Training refuses what only a test would need: before it, not after hours.
  for (std::string lacking : {"val", "train"}) {
    std::string other = lacking == "val" ? "train" : "val";
    makeFolder(other + "/emu");
    writePng(other + "/emu/1.png", 8, 8, 1);
    for (DataSplit split : {DataSplit::Train, DataSplit::Test})
      EXPECT_EQ(getError(path(""), split),
                "'" + path(lacking) + "' lacks 1 of the 3 class folders of '" +
                    path(other) + "': emu; both splits need the same classes");
    fs::remove_directories(path(other + "/emu"));
  }
  for (int i = 0; i < 7; ++i)
    makeFolder("train/many" + std::to_string(i));
  EXPECT_NE(
      getError(path("")).find(": many0, many1, many2, many3, many4, ...; both"),
      std::string::npos);
}

TEST_F(FolderTest, EveryClassNeedsAnImage) {
  makeClasses("", 10);
  fs::remove(path("dog/100.png"));
  EXPECT_EQ(getError(path("")), "");
  EXPECT_NE(getError(path(""), DataSplit::Test)
                .find("dog' has 9 images, too few for a test split"),
            std::string::npos);
  // One in a hundred may be broken, but not all of a class.
  makeClasses("train/", 100);
  makeFolder("train/emu");
  write("train/emu/1.png", "broken");
  EXPECT_NE(
      getError(path("")).find("class 'emu' has no image that can be read"),
      std::string::npos);
}

TEST_F(FolderTest, BadFoldersGiveOneDiagnostic) {
  EXPECT_NE(getError(path("absent")).find("is no data set"), std::string::npos);
  EXPECT_NE(getError(path("")).find("has 0 class folders"), std::string::npos);
  makeFolder("cat");
  makeFolder("dog");
  EXPECT_NE(getError(path("")).find("has no JPEG or PNG image"),
            std::string::npos);
}

TEST_F(FolderTest, ReadsCifarRecords) {
  std::string record(3073, '\0');
  record[0] = 7;
  record[1] = 10;             // red of pixel 0
  record[1 + 1024 + 1] = 20;  // green of pixel 1
  record[1 + 2048 + 31] = 30; // blue of pixel 31
  for (int i = 1; i <= 5; ++i)
    write("data_batch_" + std::to_string(i) + ".bin", record + record);
  write("test_batch.bin", record);
  llvm::Expected<ImageSet> train = loadImageSet(path(""), DataSplit::Train, 32);
  llvm::Expected<ImageSet> test = loadImageSet(path(""), DataSplit::Test, 32);
  ASSERT_TRUE(bool(train));
  ASSERT_TRUE(bool(test));
  EXPECT_EQ(train->size(), 10);
  EXPECT_EQ(test->labels, std::vector<int32_t>{7});
  EXPECT_EQ(test->classNames[7], "horse");
  EXPECT_EQ(test->getImage(0)[0], 10);
  EXPECT_EQ(test->getImage(0)[3 + 1], 20);
  EXPECT_EQ(test->getImage(0)[31 * 3 + 2], 30);

  write("test_batch.bin", record.substr(0, 3000));
  EXPECT_NE(getError(path(""), DataSplit::Test).find("3073 bytes"),
            std::string::npos);
  record[0] = 10;
  write("test_batch.bin", record);
  EXPECT_NE(getError(path(""), DataSplit::Test).find("expected 0 to 9"),
            std::string::npos);
  fs::remove(path("data_batch_3.bin"));
  EXPECT_NE(getError(path("")).find("data_batch_3.bin"), std::string::npos);
}
