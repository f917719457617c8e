//===- Passes.td - Passes of the ofa dialect ---------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Grouped by the stage they work on, alphabetical inside a group.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_TRANSFORMS_PASSES_TD
#define OFA_DIALECT_OFA_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Any module
//===----------------------------------------------------------------------===//

def RefuseEmptyPass : Pass<"ofa-refuse-empty"> {
  let summary = "Fail on a module without content";
  let description = [{
    MLIR reads empty input as an empty module: a file that was cut, or a left side
    of a pipe that failed, would end in success. `ofa-opt` runs this pass before
    all others. Ensures: the module holds at least one operation.
  }];
}

//===----------------------------------------------------------------------===//
// Supernets
//===----------------------------------------------------------------------===//

def DescribePass : Pass<"ofa-describe", "::mlir::ModuleOp"> {
  let summary = "Report choices, size and cost of supernets and networks";
  let description = [{
    Writes to stderr, for each supernet, its choices, the number of its subnets
    (those that differ only in what skipped blocks would read count once), and
    multiply-accumulates and trained parameters of the largest subnet, the
    smallest, the chosen one (of the `subnet` attribute) and, with the option
    `subnet`, a given one. With an `ofa.predictor`, each has its predicted
    accuracy. For each function, its multiply-accumulates and parameters. Needs
    no weights and changes nothing.
  }];
  let options = [
    Option<"subnet", "subnet", "std::string", /*default=*/"\"\"",
           "one more subnet to describe, as in ofa-extract-subnet">
  ];
}

def ExtractSubnetPass : Pass<"ofa-extract-subnet", "::mlir::ModuleOp"> {
  let summary = "Fix every choice of a supernet to one value";
  let description = [{
    Replaces the module's `ofa.supernet` by a `func.func` of its name: the layers
    that the subnet uses, with sliced and kernel-transformed parameters.

    Requires: at most one supernet, with parameters present. Ensures: no choice,
    stage, block or predictor remains. A module without a supernet is left alone.
    Batch-norm statistics do not fit a smaller subnet: `ofa-recalibrate-batch-norm`
    follows.
  }];
  let options = [
    Option<"subnet", "subnet", "std::string", /*default=*/"\"\"",
           "'largest', 'smallest', either with changes ('largest,*.kernel=3'), or a "
           "dictionary such as '{resolution = 28, s1.depth = 2, ...}'; default: "
           "the supernet's own 'subnet' attribute">
  ];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def ImportPredictorPass : Pass<"ofa-import-predictor", "::mlir::ModuleOp"> {
  let summary = "Attach a published Once-for-All accuracy predictor";
  let description = [{
    Reads a file of torch.save with the tensors of an accuracy predictor and adds
    it as `ofa.predictor @accuracy` of the module's supernet. The inputs that the
    supernet's choices have are taken over, in the choices' order; the others are
    dropped. Two layouts are known by their tensors' names:

    - `0.weight` to `6.bias`: kernel sizes and expand ratios of 20 blocks, then
      resolutions 112 to 224. This is the predictor of the MobileNetV3 space of
      width 1.2, trained for resolutions 160, 176, 192, 208 and 224.
    - `base_acc`, `layers.0.0.weight` and so on: resolutions; and then for
      bottleneck blocks stem depth, widths and expand ratios, or for MBConv blocks
      kernel sizes and expand ratios.

    Requires: one supernet and no predictor. One diagnostic says which of the
    supernet's choices or resolutions the predictor does not know.
  }];
  let options = [
    Option<"file", "file", "std::string", /*default=*/"\"\"",
           "the predictor, a file of torch.save">,
    ListOption<"resolutions", "resolutions", "int64_t",
           "resolutions of a predictor with 'base_acc', in the order of its inputs; "
           "default: 128,144,160,176,192,224,240,256 for bottleneck blocks">
  ];
}

def ImportSubnetPass : Pass<"ofa-import-subnet", "::mlir::ModuleOp"> {
  let summary = "Choose the subnet that a published configuration describes";
  let description = [{
    Reads `net.config` and `run.config` as Once-for-All publishes them, and sets
    the supernet's `subnet` attribute to the subnet of that structure and
    resolution. Choices that the subnet does not read take their smallest value.
    Every layer is compared: kind, channels, window, stride and size of the image
    are those of the configuration, or one diagnostic says where they are not.

    Requires: one supernet of MBConv blocks with fixed widths.
  }];
  let options = [
    Option<"config", "config", "std::string", /*default=*/"\"\"",
           "folder with net.config and run.config, or the former">
  ];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def ParetoPass : Pass<"ofa-pareto", "::mlir::ModuleOp"> {
  let summary = "Find all good trades of accuracy against one cost";
  let description = [{
    Searches the module's supernet at several limits of one cost, within the
    budgets of `target`, and prints the subnets that no other one found beats in
    accuracy without more of that cost. Figures come from shapes alone. With
    `output`, writes `front.txt`, `front.json` and `front.svg` into that folder;
    each point says its subnet as `subnet=` takes it. Changes nothing.
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"\"",
           "device and budgets, as in ofa-search">,
    Option<"deviceFile", "device-file", "std::string", /*default=*/"\"\"",
           "YAML file of a device that is not built in">,
    Option<"fix", "fix", "std::string", /*default=*/"\"\"",
           "choices with one value, as in ofa-search">,
    Option<"cost", "cost", "std::string", /*default=*/"\"latency\"",
           "sram, flash, latency, macs or energy">,
    Option<"steps", "steps", "unsigned", /*default=*/"16",
           "limits of that cost to search at">,
    Option<"output", "output", "std::string", /*default=*/"\"\"",
           "folder for the table, JSON and picture">,
    Option<"seed", "seed", "uint64_t", /*default=*/"1",
           "seed of the search's random numbers">,
    Option<"evaluations", "evaluations", "uint64_t", /*default=*/"60000",
           "accuracies that each search may predict">
  ];
}

def SearchPass : Pass<"ofa-search", "::mlir::ModuleOp"> {
  let summary = "Pick the most accurate subnet within a device's budgets";
  let description = [{
    Writes the supernet's `subnet` attribute and the module's
    `ofa.specialization`. Subnets are judged by shapes alone; accuracy is what
    the module's `ofa.predictor` says, or, without one, more multiply-accumulates
    stand for more accuracy. With `minimise`, the smallest of that cost among the
    subnets that reach `accuracy`. Deterministic for a seed. A summary on stderr
    says which budget binds and what a tenth more of each would bring.

    For microcontrollers the best subnets are compiled with zeros for their weights,
    so that `sram_estimate`, `flash_data_estimate` and `flash_code_estimate` are
    what the firmware will hold, to the byte; one that exceeds a budget is left out,
    and a remark says so. Elsewhere the two first are sums over layers, and the code
    is unknown.

    Requires: at most one supernet. Ensures: a subnet within all budgets by these
    figures, or one diagnostic with the nearest feasible point. In a module without
    a supernet the network has no choices: it is judged as it is. With `candidates`
    above 1, the next best subnets stand in `ofa.candidates`, best first, each with
    what would be its `ofa.specialization`.
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"\"",
           "device and budgets, such as 'cortex-m7 sram=64KiB latency=50ms'">,
    Option<"deviceFile", "device-file", "std::string", /*default=*/"\"\"",
           "YAML file of a device that is not built in">,
    Option<"subnet", "subnet", "std::string", /*default=*/"\"\"",
           "judge this subnet instead of searching; as of ofa-extract-subnet">,
    Option<"fix", "fix", "std::string", /*default=*/"\"\"",
           "choices with one value, such as 'resolution=192,s1.depth=2'">,
    Option<"minimise", "minimise", "std::string", /*default=*/"\"\"",
           "the cost to make small instead of making the accuracy large: sram, "
           "flash, latency, macs or energy; needs 'accuracy'">,
    Option<"accuracy", "accuracy", "std::string", /*default=*/"\"\"",
           "with 'minimise', the predicted accuracy to reach, such as 80%">,
    Option<"seed", "seed", "uint64_t", /*default=*/"1",
           "seed of the search's random numbers">,
    Option<"evaluations", "evaluations", "uint64_t", /*default=*/"170000",
           "accuracies that the search may predict">,
    Option<"candidates", "candidates", "unsigned", /*default=*/"1",
           "subnets to hand over to ofa-compile-candidates, 1 to 16">,
    Option<"rounding", "rounding", "std::string", /*default=*/"\"single\"",
           "rounding of the kernels that are promised: 'single' or 'double'">,
    Option<"segments", "segments", "std::string", /*default=*/"\"fit\"",
           "layers that may run row by row: 'none', 'fit' (as far as the budget of "
           "SRAM asks for it) or 'smallest'">,
    Option<"prefer", "prefer", "std::string", /*default=*/"\"\"",
           "'speed': kernels whose weights take more flash, where they are faster">,
    Option<"quiet", "quiet", "bool", /*default=*/"false",
           "print no summary">
  ];
  let dependentDialects = ["::mlir::kernel::KernelDialect"];
}

//===----------------------------------------------------------------------===//
// Networks
//===----------------------------------------------------------------------===//

def EliminateConstantChannelsPass
    : Pass<"ofa-eliminate-constant-channels", "::mlir::func::FuncOp"> {
  let summary = "Take out channels that are constant or that nothing reads";
  let description = [{
    Results stay the same, to the bit, for every input. Of int8 convolutions and
    fully-connected layers, depthwise ones too, those output channels go that

    - nothing reads: all weights for them are zero, or belong to channels that go;
    - are constant, such as those without weights, where what each reader makes
      of them is one number for all positions: that goes into the reader's
      bias. Beside padding, which reads the zero point, another constant is not
      one number, and the channel stays.

    With a channel go its weights, bias and scale, the weights of its readers, and
    the channel in all that compute channel by channel (`ChannelOpInterface`:
    depthwise convolutions, pools, means, sums, activations, reshapes and so on).
    Channels that such operations tie together, as a sum does, go together or stay.
    Every value keeps one channel. Arguments and results of the function, states,
    grouped convolutions and operations without that interface keep all of theirs.
    What is constant is computed by the evaluator of int8 networks, with the
    roundings that stand in the network. A value that loses channels loses its
    `ofa.source_tensor`. A remark says what each layer loses.

    Requires: nothing; layers of floats, and those whose parameters are absent, are
    left alone. Ensures: the same results.
  }];
  let dependentDialects = ["::mlir::quant::QuantDialect"];
}

def FoldBatchNormPass : Pass<"ofa-fold-batch-norm", "::mlir::func::FuncOp"> {
  let summary = "Fold batch normalisation into the layer before it";
  let description = [{
    Scales the weights of a convolution, depthwise convolution or fully-connected
    layer and moves the offset into its bias, computed in double and rounded
    once. Normalisation of a value that no such layer makes for it alone becomes
    a 1x1 depthwise convolution, and a remark says why.

    Ensures: no `ofa.batch_norm` remains.
  }];
}

def FuseActivationsPass : Pass<"ofa-fuse-activations", "::mlir::func::FuncOp"> {
  let summary = "Fuse the relu family into producers, and pads into convolutions";
  let description = [{
    A `relu` or `relu6` that is the only reader of a value moves into the
    `activation` of the operation that makes it. A `pad` moves into the padding
    of the convolutions that read it, unless that would be as large as the
    window. Exact for int8 networks, too: there, an activation is fused where it
    keeps its input's quantised type.
  }];
}

def Int8IOPass : Pass<"ofa-int8-io", "::mlir::func::FuncOp"> {
  let summary = "Take and give int8 where a network converts at its ends";
  let description = [{
    Drops an `ofa.quantize` that is the only reader of a real argument, and an
    `ofa.dequantize` that makes a real result: the function takes and returns the
    int8 tensor, whose scale and zero point stand in its type. The attribute
    `ofa.real` on the argument or result says that it was real.

    Fails after one diagnostic where a real argument or result has no such
    conversion. Ensures: no argument or result is real.
  }];
}

def QuantizePass : Pass<"ofa-quantize", "::mlir::ModuleOp"> {
  let summary = "Quantise networks to int8 after training";
  let description = [{
    Runs the module's `ofa.calibration` images through each real function and
    chooses a scale and zero point for every value from what it sees; an
    operation that keeps its input's scale (pools, pads, reshapes) gets that one,
    softmax its fixed one. Weights are quantised symmetrically per output
    channel, biases to i32 of scale input * weight. The input is `p - 128` of raw
    pixels p where its type can absorb `ofa.preprocessing`: one scale, and a mean
    that is an integer from 0 to 255; else it has a measured scale. All scales
    are floats. Bias correction moves what rounding the weights changes on
    average, by the measured means of the inputs, into the bias.

    Everything is computed from the module alone, in a fixed order: the same
    module gives the same integers on every machine.

    Requires: `ofa.calibration` and `ofa.preprocessing`, real operations that
    implement `QuantizableOpInterface` (fold batch norms first). Ensures: no real
    value remains in the functions; the result is int8.
  }];
  let options = [
    Option<"calibration", "calibration", "std::string", /*default=*/"\"mse\"",
           "range of an activation: 'minmax', 'percentile' (99.99 % at each end) "
           "or 'mse' (smallest squared error)">,
    Option<"rounding", "rounding", "std::string", /*default=*/"\"single\"",
           "rounding of requantisation: 'single' or 'double'">,
    Option<"correctBias", "correct-bias", "bool", /*default=*/"true",
           "correct biases for the mean error of rounded weights">,
    Option<"keepImported", "keep-imported", "bool", /*default=*/"false",
           "leave an imported real network alone where there are no calibration "
           "images; one that was extracted from a supernet always needs them">,
    Option<"assumeRanges", "assume-ranges", "bool", /*default=*/"false",
           "run nothing and give every measured value the scale 1: for kernels, "
           "whose sizes do not depend on scales">
  ];
  let dependentDialects = ["::mlir::quant::QuantDialect"];
}

def RecalibrateBatchNormPass : Pass<"ofa-recalibrate-batch-norm", "::mlir::ModuleOp"> {
  let summary = "Measure batch-norm statistics on the calibration images";
  let description = [{
    Statistics of a supernet do not fit a subnet. Runs the module's
    `ofa.calibration` images, resized to each function's input, through the
    function, layer after layer: every `ofa.batch_norm` gets the mean and the
    (biased) variance of its input over all images and pixels, and normalises
    with them at once, as in training. Sums are doubles in a fixed order: the
    result does not depend on threads or machine.

    Requires: `ofa.calibration`, and `ofa.preprocessing` on functions with
    `ofa.batch_norm`. A module without `ofa.batch_norm` is left alone.
  }];
}

def SetRoundingPass : Pass<"ofa-set-rounding", "::mlir::func::FuncOp"> {
  let summary = "Set the rounding of every requantisation";
  let description = [{
    Engines differ in how they round: `double` is TFLite Micro's default, `single`
    its alternative, which is cheaper. Results differ by one step where a value
    lies near the middle between two integers.
  }];
  let options = [
    Option<"rounding", "rounding", "std::string", /*default=*/"\"single\"",
           "'single' or 'double'">
  ];
}

#endif // OFA_DIALECT_OFA_TRANSFORMS_PASSES_TD
