//===- Certificate.cpp - Independent check of a lower bound -----*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shares no code with the planner on purpose.
//
//===----------------------------------------------------------------------===//

#include "ofa/Planning/Planning.h"
#include <set>

using namespace mlir::ofa;

namespace {

/// The smallest difference of two offsets, at least `bytes`, that alignments
/// allow: offsets are multiples of the smaller one.
int64_t alignDistance(const PlanBuffer &a, const PlanBuffer &b, int64_t bytes) {
  int64_t unit = std::min(a.alignment, b.alignment);
  int64_t remainder = ((bytes % unit) + unit) % unit;
  return remainder == 0 ? bytes : bytes + unit - remainder;
}

/// Whether the overlap's two can share bytes at all.
bool isPossible(const PlanBuffer &input, const PlanBuffer &output,
                const PlanOverlap &overlap) {
  return !overlap.exact ||
         alignDistance(input, output, overlap.distance) == overlap.distance;
}

/// The fewest bytes from the start of the lower one to the end of the higher
/// one or, where they lie apart, of both together.
int64_t getUnion(const PlanBuffer &input, const PlanBuffer &output,
                 const PlanOverlap &overlap) {
  int64_t apart = input.bytes + output.bytes;
  if (!isPossible(input, output, overlap))
    return apart;
  int64_t distance = overlap.distance;
  if (overlap.exact)
    return std::min(apart, std::max(output.bytes, distance + input.bytes) -
                               std::min<int64_t>(0, distance));
  distance = alignDistance(input, output, distance);
  // Distances above the least cover no less, down to where the input starts
  // with the output, or ends with it.
  return std::min(
      apart, std::max({input.bytes, output.bytes, distance + input.bytes}));
}

class Checker {
public:
  Checker(const PlanProblem &problem, const Plan &plan, unsigned region)
      : problem(problem), plan(plan), region(region),
        certificate(plan.usage[region].certificate) {}

  llvm::Error check() {
    for (unsigned index : certificate.overlaps)
      if (index >= problem.overlaps.size())
        return fail("names an overlap that does not exist");
    for (unsigned index : certificate.buffers)
      if (index >= problem.buffers.size())
        return fail("names a buffer that does not exist");
    if (certificate.kind == BoundCertificate::Kind::OverlapChain)
      return checkChain();
    return checkLiveSet();
  }

private:
  llvm::Error fail(const llvm::Twine &message) {
    return llvm::createStringError("certificate of region '" +
                                   problem.regions[region].name + "' " +
                                   message);
  }
  const PlanBuffer &inputOf(unsigned overlap) {
    return problem.buffers[problem.overlaps[overlap].input];
  }
  const PlanBuffer &outputOf(unsigned overlap) {
    return problem.buffers[problem.overlaps[overlap].output];
  }

  llvm::Error checkBytes(int64_t proved) {
    if (proved < certificate.bytes)
      return fail("states " + llvm::Twine(certificate.bytes) +
                  " bytes, but proves " + llvm::Twine(proved));
    return llvm::Error::success();
  }

  llvm::Error checkLiveSet();
  llvm::Error checkChain();
  int64_t findLowestPeak(size_t index, std::vector<std::vector<int64_t>> gaps);

  const PlanProblem &problem;
  const Plan &plan;
  const unsigned region;
  const BoundCertificate &certificate;
};

} // namespace

llvm::Error Checker::checkLiveSet() {
  std::vector<unsigned> members = certificate.buffers;
  for (unsigned index : certificate.overlaps) {
    members.push_back(problem.overlaps[index].input);
    members.push_back(problem.overlaps[index].output);
  }
  std::set<unsigned> distinct(members.begin(), members.end());
  if (distinct.size() != members.size())
    return fail("counts a buffer twice");
  int64_t unit = 1 << 20; // The largest alignment.
  for (unsigned index : members) {
    const PlanBuffer &buffer = problem.buffers[index];
    if (plan.regions[index] != region)
      return fail("names '" + buffer.name + "' of another region");
    if (certificate.step < buffer.firstUse || certificate.step > buffer.lastUse)
      return fail("counts '" + buffer.name + "', which is not in use at step " +
                  llvm::Twine(certificate.step));
    unit = std::min(unit, buffer.alignment);
  }
  std::set<unsigned> counted(certificate.overlaps.begin(),
                             certificate.overlaps.end());
  for (unsigned index = 0; index < problem.overlaps.size(); ++index)
    if (!counted.count(index) &&
        isPossible(inputOf(index), outputOf(index), problem.overlaps[index]) &&
        distinct.count(problem.overlaps[index].input) &&
        distinct.count(problem.overlaps[index].output) &&
        getUnion(inputOf(index), outputOf(index), problem.overlaps[index]) <
            inputOf(index).bytes + outputOf(index).bytes)
      return fail("counts '" + inputOf(index).name + "' and '" +
                  outputOf(index).name + "' apart, which may overlap");

  // In units that divide all alignments, every buffer starts at a whole one.
  // All units are taken up, but of the highest buffer only its bytes.
  int64_t proved = 0;
  for (; unit > 0; unit /= 2) {
    auto roundUp = [&](int64_t bytes) {
      return (bytes + unit - 1) / unit * unit;
    };
    int64_t total = 0, unused = 0;
    for (unsigned index : certificate.buffers)
      total += roundUp(problem.buffers[index].bytes);
    for (unsigned index : certificate.overlaps)
      total += roundUp(
          getUnion(inputOf(index), outputOf(index), problem.overlaps[index]));
    for (unsigned index : members)
      unused = std::max(unused, roundUp(problem.buffers[index].bytes) -
                                    problem.buffers[index].bytes);
    proved = std::max(proved, total - unused);
  }
  return checkBytes(proved);
}

llvm::Error Checker::checkChain() {
  if (certificate.overlaps.empty() || certificate.overlaps.size() > 8)
    return fail("expects a chain of one to eight overlaps");
  std::set<unsigned> distinct;
  for (size_t i = 0; i < certificate.overlaps.size(); ++i) {
    const PlanOverlap &overlap = problem.overlaps[certificate.overlaps[i]];
    if (i > 0 &&
        problem.overlaps[certificate.overlaps[i - 1]].output != overlap.input)
      return fail("names overlaps that are no chain");
    distinct.insert({overlap.input, overlap.output});
    if (plan.regions[overlap.input] != region ||
        plan.regions[overlap.output] != region)
      return fail("names a buffer of another region");
  }
  if (distinct.size() != certificate.overlaps.size() + 1)
    return fail("names a buffer twice");
  // gaps[i][j]: least offset of the j-th of the chain less that of the i-th.
  size_t count = distinct.size();
  std::vector<std::vector<int64_t>> gaps(
      count,
      std::vector<int64_t>(count, std::numeric_limits<int64_t>::min() / 4));
  return checkBytes(findLowestPeak(0, gaps));
}

/// The lowest peak over all ways in which the overlaps from `index` on can lie.
int64_t Checker::findLowestPeak(size_t index,
                                std::vector<std::vector<int64_t>> gaps) {
  if (index < certificate.overlaps.size()) {
    const PlanOverlap &overlap = problem.overlaps[certificate.overlaps[index]];
    const PlanBuffer &input = problem.buffers[overlap.input];
    const PlanBuffer &output = problem.buffers[overlap.output];
    size_t in = index, out = index + 1;
    std::vector<std::vector<std::vector<int64_t>>> ways(2, gaps);
    ways[0][in][out] = input.bytes;
    ways[1][out][in] = output.bytes;
    if (isPossible(input, output, overlap)) {
      ways.push_back(gaps);
      ways[2][out][in] = alignDistance(input, output, overlap.distance);
      if (overlap.exact)
        ways[2][in][out] = -overlap.distance;
    }
    int64_t lowest = std::numeric_limits<int64_t>::max();
    for (const auto &way : ways)
      lowest = std::min(lowest, findLowestPeak(index + 1, way));
    return lowest;
  }
  // Longest paths between all pairs (Floyd and Warshall).
  size_t count = gaps.size();
  for (size_t k = 0; k < count; ++k)
    for (size_t i = 0; i < count; ++i)
      for (size_t j = 0; j < count; ++j)
        gaps[i][j] = std::max(gaps[i][j], gaps[i][k] + gaps[k][j]);
  int64_t peak = 0;
  for (size_t j = 0; j < count; ++j) {
    unsigned buffer =
        j == 0 ? problem.overlaps[certificate.overlaps[0]].input
               : problem.overlaps[certificate.overlaps[j - 1]].output;
    int64_t offset = 0;
    for (size_t i = 0; i < count; ++i)
      offset = std::max(offset, gaps[i][j]);
    peak = std::max(peak, offset + problem.buffers[buffer].bytes);
  }
  return peak;
}

llvm::Error mlir::ofa::checkCertificate(const PlanProblem &problem,
                                        const Plan &plan, unsigned region) {
  return Checker(problem, plan, region).check();
}
