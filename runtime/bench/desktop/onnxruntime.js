// onnxruntime.js - Runs and times an ONNX model
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   node onnxruntime.js PACKAGE MODEL.onnx [KEY=VALUE...]
//
// One thread, all optimisations of the graph; KEY=VALUE are entries of the session's
// configuration. Commands on standard input are those of model.c. PACKAGE is the folder
// of onnxruntime-node: its native session is called as the package calls it, but
// without the promise around it, which costs tens of microseconds.
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');

const [folder, model, ...entries] = process.argv.slice(2);
const { Tensor, InferenceSession } = require(folder);
const { binding } = require(path.join(folder, 'dist', 'binding.js'));

// Entries are nested by the dots in their names.
function nest(pairs) {
  const extra = {};
  for (const [key, value] of pairs) {
    const names = key.split('.');
    const last = names.pop();
    names.reduce((level, name) => (level[name] ??= {}), extra)[last] = value;
  }
  return extra;
}

const options = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
  extra: nest(entries.map((entry) => entry.split('='))),
};

function tensorOf({ type, shape }, bytes) {
  const aligned = Uint8Array.from(bytes).buffer;
  return new Tensor(type, type === 'float32' ? new Float32Array(aligned) : new Uint8Array(aligned),
    shape);
}

async function main() {
  // Through the public way once: it starts the runtime.
  const { inputMetadata, outputMetadata } = await InferenceSession.create(model, options);
  const session = new binding.InferenceSession();
  session.loadModel(model, options);
  let feeds;
  const infer = () => session.run(feeds, { output: null }, {});
  const commands = {
    run(from, to) {
      feeds = { input: tensorOf(inputMetadata[0], fs.readFileSync(from)) };
      const { data } = infer().output;
      fs.writeFileSync(to, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      return 'done';
    },
    time(count) {
      const times = new Float64Array(Number(count));
      for (let i = 0; i < times.length; ++i) {
        const begin = performance.now();
        infer();
        times[i] = 1e6 * (performance.now() - begin);
      }
      return times.join(' ');
    },
  };
  readline.createInterface({ input: process.stdin }).on('line', (line) => {
    const [command, ...words] = line.split(' ');
    console.log(commands[command](...words));
  });
}

main().catch((error) => {
  console.error(`onnxruntime.js: ${model}: ${error.message}`);
  process.exit(1);
});
