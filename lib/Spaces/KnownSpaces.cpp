//===- KnownSpaces.cpp - The tables of all search spaces ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mbv3, proxyless and resnet50 are the spaces of "Once-for-All: Train One
// Network and Specialize it for Efficient Deployment" (ICLR 2020), mcunet that
// of "MCUNet: Tiny Deep Learning on IoT Devices" (NeurIPS 2020); mcu and
// mcu-demo are this project's own.
//
//===----------------------------------------------------------------------===//

#include "SpaceDescription.h"

using namespace mlir;
using namespace mlir::ofa;

static constexpr int64_t kDepth1[] = {1};
static constexpr int64_t kDepth12[] = {1, 2};
static constexpr int64_t kDepth123[] = {1, 2, 3};
static constexpr int64_t kDepth1234[] = {1, 2, 3, 4};
static constexpr int64_t kDepth234[] = {2, 3, 4};
static constexpr int64_t kDepth456[] = {4, 5, 6};
static constexpr double kExpand1[] = {1};
static constexpr double kExpand234[] = {2, 3, 4};
static constexpr double kExpand246[] = {2, 4, 6};
static constexpr double kExpand346[] = {3, 4, 6};
static constexpr double kExpandBottleneck[] = {0.2, 0.25, 0.35};
static constexpr int64_t kKernel3[] = {3};
static constexpr int64_t kKernel357[] = {3, 5, 7};

// ImageNet's statistics, as torchvision gives them, times 255.
static constexpr double kImageNetMean[] = {123.675, 116.28, 103.53};
static constexpr double kImageNetDeviation[] = {58.395, 57.12, 57.375};
// Makes an int8 input of the raw pixel by flipping one bit.
static constexpr double kHalf[] = {128};

//===----------------------------------------------------------------------===//
// mcu, mcu-cifar, mcu-demo
//===----------------------------------------------------------------------===//

static constexpr int64_t kMcuResolutions[] = {20, 24, 28, 32};
static constexpr StageDescription kMcuStages[] = {
    {16, 2, kDepth12, kExpand346, kKernel357, Nonlinearity::Relu6, false},
    {32, 2, kDepth123, kExpand346, kKernel357, Nonlinearity::Relu6, false},
    {64, 2, kDepth1234, kExpand346, kKernel357, Nonlinearity::Relu6, false}};
// Few channels while the image is large, so that 33 kB of SRAM and 80 kB of flash
// hold subnets of 9 M MACs at full resolution.
static constexpr StageDescription kMcuCifarStages[] = {
    {24, 2, kDepth1, kExpand1, kKernel3, Nonlinearity::Relu6, false},
    {24, 1, kDepth1234, kExpand234, kKernel357, Nonlinearity::Relu6, false},
    {40, 2, kDepth1234, kExpand246, kKernel357, Nonlinearity::Relu6, false},
    {64, 2, kDepth1234, kExpand246, kKernel357, Nonlinearity::Relu6, false}};
static constexpr StageDescription kMcuDemoStages[] = {
    {16, 2, kDepth1, kExpand346, kKernel357, Nonlinearity::Relu6, false},
    {24, 2, kDepth123, kExpand346, kKernel357, Nonlinearity::Relu6, false},
    {48, 2, kDepth123, kExpand346, kKernel357, Nonlinearity::Relu6, false}};

//===----------------------------------------------------------------------===//
// mbv3, proxyless
//===----------------------------------------------------------------------===//

static constexpr int64_t kImageNetResolutions[] = {
    128, 132, 136, 140, 144, 148, 152, 156, 160, 164, 168, 172, 176,
    180, 184, 188, 192, 196, 200, 204, 208, 212, 216, 220, 224};
static constexpr StageDescription kMbv3Stages[] = {
    {16, 1, kDepth1, kExpand1, kKernel3, Nonlinearity::Relu, false},
    {24, 2, kDepth234, kExpand346, kKernel357, Nonlinearity::Relu, false},
    {40, 2, kDepth234, kExpand346, kKernel357, Nonlinearity::Relu, true},
    {80, 2, kDepth234, kExpand346, kKernel357, Nonlinearity::HardSwish, false},
    {112, 1, kDepth234, kExpand346, kKernel357, Nonlinearity::HardSwish, true},
    {160, 2, kDepth234, kExpand346, kKernel357, Nonlinearity::HardSwish, true}};
static constexpr StageDescription kProxylessStages[] = {
    {16, 1, kDepth1, kExpand1, kKernel3, Nonlinearity::Relu6, false},
    {24, 2, kDepth234, kExpand346, kKernel357, Nonlinearity::Relu6, false},
    {40, 2, kDepth234, kExpand346, kKernel357, Nonlinearity::Relu6, false},
    {80, 2, kDepth234, kExpand346, kKernel357, Nonlinearity::Relu6, false},
    {96, 1, kDepth234, kExpand346, kKernel357, Nonlinearity::Relu6, false},
    {192, 2, kDepth234, kExpand346, kKernel357, Nonlinearity::Relu6, false},
    {320, 1, kDepth1, kExpand346, kKernel357, Nonlinearity::Relu6, false}};

//===----------------------------------------------------------------------===//
// resnet50
//===----------------------------------------------------------------------===//

static constexpr int64_t kResNetResolutions[] = {128, 144, 160, 176, 192, 224};
static constexpr double kResNetWidths[] = {0.65, 0.8, 1.0};
static constexpr StageDescription kResNetStages[] = {
    {256, 1, kDepth234, kExpandBottleneck, kKernel3, Nonlinearity::Relu, false},
    {512, 2, kDepth234, kExpandBottleneck, kKernel3, Nonlinearity::Relu, false},
    {1024, 2, kDepth456, kExpandBottleneck, kKernel3, Nonlinearity::Relu, false},
    {2048, 2, kDepth234, kExpandBottleneck, kKernel3, Nonlinearity::Relu, false}};

//===----------------------------------------------------------------------===//
// mcunet
//===----------------------------------------------------------------------===//

static constexpr int64_t kMcuNetResolutions[] = {96, 112, 128, 144, 160};
static constexpr double kMcuNetWidths[] = {0.5, 0.75, 1.0};
static constexpr double kMcuNetMean[] = {127.5};

static constexpr SpaceDescription kSpaces[] = {
    {"mcu",
     "MBConv for microcontrollers, 32x32 images, at most 14 M MACs",
     BlockKind::MBConv, kMcuResolutions, /*classes=*/10, /*width=*/1.0,
     ElasticWidth::None, {}, /*kernelTransforms=*/true, /*epsilon=*/1e-3, kHalf,
     kHalf, {StemKind::Conv, 16, 1, Nonlinearity::Relu6}, /*firstStage=*/1,
     kMcuStages, {"final_expand", 128, "", 0, Nonlinearity::Relu6, true}},
    {"mcu-cifar",
     "the same, slimmer and deeper: 33 kB of SRAM hold 9 M MACs",
     BlockKind::MBConv, kMcuResolutions, /*classes=*/10, /*width=*/1.0,
     ElasticWidth::None, {}, /*kernelTransforms=*/true, /*epsilon=*/1e-3, kHalf,
     kHalf, {StemKind::Conv, 16, 1, Nonlinearity::Relu6}, /*firstStage=*/0,
     kMcuCifarStages, {"final_expand", 128, "", 0, Nonlinearity::Relu6, true}},
    {"mcu-demo",
     "the same for the demo, at most 6 M MACs and 250 k parameters",
     BlockKind::MBConv, kMcuResolutions, /*classes=*/10, /*width=*/1.0,
     ElasticWidth::None, {}, /*kernelTransforms=*/true, /*epsilon=*/1e-3, kHalf,
     kHalf, {StemKind::Conv, 8, 1, Nonlinearity::Relu6}, /*firstStage=*/1,
     kMcuDemoStages, {"final_expand", 96, "", 0, Nonlinearity::Relu6, true}},
    {"mbv3",
     "Once-for-All MobileNetV3 (published widths 1.0 and 1.2)",
     BlockKind::MBConv, kImageNetResolutions, /*classes=*/1000, /*width=*/1.0,
     ElasticWidth::None, {}, /*kernelTransforms=*/true, /*epsilon=*/1e-5,
     kImageNetMean, kImageNetDeviation,
     {StemKind::Conv, 16, 2, Nonlinearity::HardSwish}, /*firstStage=*/0,
     kMbv3Stages,
     {"final_expand", 960, "feature_mix", 1280, Nonlinearity::HardSwish, true}},
    {"proxyless",
     "Once-for-All ProxylessNAS (published width 1.3)",
     BlockKind::MBConv, kImageNetResolutions, /*classes=*/1000, /*width=*/1.3,
     ElasticWidth::None, {}, /*kernelTransforms=*/true, /*epsilon=*/1e-3,
     kImageNetMean, kImageNetDeviation,
     {StemKind::Conv, 32, 2, Nonlinearity::Relu6}, /*firstStage=*/0,
     kProxylessStages, {"feature_mix", 1280, "", 0, Nonlinearity::Relu6, false}},
    {"resnet50",
     "Once-for-All ResNet50-D with elastic stage widths",
     BlockKind::Bottleneck, kResNetResolutions, /*classes=*/1000, /*width=*/1.0,
     ElasticWidth::Stage, kResNetWidths, /*kernelTransforms=*/false,
     /*epsilon=*/1e-5, kImageNetMean, kImageNetDeviation,
     {StemKind::Deep, 64, 2, Nonlinearity::Relu}, /*firstStage=*/1,
     kResNetStages, {"", 0, "", 0, Nonlinearity::Relu, true}},
    {"mcunet",
     "MCUNet: ProxylessNAS blocks, one global width, no kernel matrices",
     BlockKind::MBConv, kMcuNetResolutions, /*classes=*/1000, /*width=*/1.0,
     ElasticWidth::Network, kMcuNetWidths, /*kernelTransforms=*/false,
     /*epsilon=*/1e-3, kMcuNetMean, kMcuNetMean,
     {StemKind::Conv, 32, 2, Nonlinearity::Relu6}, /*firstStage=*/0,
     kProxylessStages, {"feature_mix", 1280, "", 0, Nonlinearity::Relu6, false}},
};

ArrayRef<SpaceDescription> ofa::getSpaceDescriptions() { return kSpaces; }

ArrayRef<double> ofa::getImageNetMean() { return kImageNetMean; }
ArrayRef<double> ofa::getImageNetDeviation() { return kImageNetDeviation; }
