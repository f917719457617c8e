//===- ofa-test-checkpoints.cpp - Files to import, and their results ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   ofa-test-checkpoints mbv3|proxyless|resnet50 WIDTH zip|legacy new|older
//                        FOLDER [drop=NAME | extra=NAME | reshape=NAME ...]
//
// Writes a supernet of seeded weights (supernet.pth), a subnet of it as options
// (subnet.txt), as a configuration (config/) and as a network (init.pth), an
// image (image.bin), and what LibTorch computes for it (logits.bin).
//
//   ofa-test-checkpoints predictor FOLDER
//
// Writes an accuracy predictor for 128 and 160 pixels and the 20 blocks of mbv3
// (predictor.pth), and the accuracy of the largest subnet of depth 2 at 160
// pixels (accuracy.txt).
//
//===----------------------------------------------------------------------===//

#include "Network.h"

#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>

namespace fs = std::filesystem;
using torch::Tensor;

static void writeText(const std::string &path, const std::string &text) {
  writeBytes(path, text.data(), text.size());
}

static void change(Tensors &tensors, const std::string &text) {
  size_t split = text.find('=');
  std::string kind = text.substr(0, split), name = text.substr(split + 1);
  if (kind == "extra") {
    tensors.emplace_back(name, torch::zeros(1));
    return;
  }
  auto it = std::find_if(tensors.begin(), tensors.end(),
                         [&](auto &entry) { return entry.first == name; });
  TORCH_CHECK(it != tensors.end(), "no tensor ", name);
  if (kind == "drop")
    tensors.erase(it);
  else
    it->second = it->second.reshape(-1);
}

static void writeNetwork(const std::string &family, double width, bool zip,
                         bool older, const std::string &folder,
                         char **changes) {
  auto write = zip ? writeZip : writeLegacy;
  Network network(family, width, older);
  network.makeWeights();
  Tensor pixels = torch::randint(0, 256, {128, 128, 3}, torch::kByte);
  writeBytes(folder + "/image.bin", pixels.data_ptr(), pixels.nbytes());
  Tensor mean = torch::tensor({0.485, 0.456, 0.406}) * 255;
  Tensor deviation = torch::tensor({0.229, 0.224, 0.225}) * 255;
  Tensor image = ((pixels.to(torch::kFloat) - mean) / deviation)
                     .permute({2, 0, 1})
                     .unsqueeze(0);
  Tensor logits = network.run(image).contiguous();
  writeBytes(folder + "/logits.bin", logits.data_ptr(), logits.nbytes());
  writeText(folder + "/subnet.txt", "--subnet=" + network.choices + "\n");
  if (family != "resnet50") {
    fs::create_directories(folder + "/config");
    writeText(folder + "/config/net.config", network.config.str());
    writeText(folder + "/config/run.config", "{\"image_size\": 128}\n");
    write(folder + "/init.pth", network.subnet);
  }
  for (; *changes; ++changes)
    change(network.supernet, *changes);
  write(folder + "/supernet.pth", network.supernet);
}

static void writePredictor(const std::string &folder) {
  const int64_t blocks = 20, inputs = 2 + 2 * 3 * blocks;
  Tensors tensors;
  tensors.emplace_back("base_acc", torch::tensor({0.75f}));
  Tensor x = torch::zeros(inputs);
  x[1] = 1;
  for (int64_t block = 0; block != blocks; ++block)
    if (block % 4 < 2) // The last value of each; skipped blocks have none.
      x[2 + 3 * block + 2] = x[2 + 3 * (blocks + block) + 2] = 1;
  int64_t in = inputs;
  for (int i = 0; i != 3; ++i, in = 30) {
    std::string name = "layers." + std::to_string(i) + (i < 2 ? ".0" : "");
    Tensor weight = torch::randn({i < 2 ? 30 : 1, in}) * 0.1;
    tensors.emplace_back(name + ".weight", weight);
    x = torch::matmul(weight, x);
    if (i < 2) {
      tensors.emplace_back(name + ".bias", torch::randn(30) * 0.1);
      x = torch::relu(x + tensors.back().second);
    }
  }
  writeLegacy(folder + "/predictor.pth", tensors);
  std::ostringstream text;
  text << "predicted accuracy " << std::fixed << std::setprecision(4)
       << 0.75 + x.item<float>() << "\n";
  // The last digits depend on the order of sums.
  std::string line = text.str();
  writeText(folder + "/accuracy.txt", line);
}

int main(int argc, char **argv) {
  try {
    torch::manual_seed(1);
    torch::set_num_threads(1);
    std::string command = argc > 2 ? argv[1] : "";
    if (command == "predictor" && argc == 3) {
      fs::create_directories(argv[2]);
      writePredictor(argv[2]);
    } else if (argc >= 6) {
      fs::create_directories(argv[5]);
      writeNetwork(command, std::stod(argv[2]), argv[3] == std::string("zip"),
                   argv[4] == std::string("older"), argv[5], argv + 6);
    } else {
      std::cerr << "see the comment at the top of the source\n";
      return 2;
    }
  } catch (const std::exception &error) {
    std::cerr << "ofa-test-checkpoints: error: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
