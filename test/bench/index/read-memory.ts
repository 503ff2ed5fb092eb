/**
 * How long it takes the search threads to read as much memory as a gallery's codes, and nothing else: what
 * no search that looks at every row can be quicker than. `node read-memory.ts ROWS THREADS`
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { blockShape } from '../../../src-main/engine/search/index/block-shape.ts';
import { assembleKernel } from '../../../src-main/engine/search/index/compile-kernel.ts';
import { dimensions } from './gallery.ts';

const sum = `(module
  (import "bench" "memory" (memory 1 65536 shared))
  (func (export "sum") (param $at i32) (param $end i32) (result i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $next
      (local.set $a (i32x4.add (local.get $a) (v128.load (local.get $at))))
      (local.set $b (i32x4.add (local.get $b) (v128.load offset=16 (local.get $at))))
      (local.set $c (i32x4.add (local.get $c) (v128.load offset=32 (local.get $at))))
      (local.set $d (i32x4.add (local.get $d) (v128.load offset=48 (local.get $at))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $end))))
    (i32x4.extract_lane 0
      (i32x4.add (i32x4.add (local.get $a) (local.get $b)) (i32x4.add (local.get $c) (local.get $d))))))`;

interface Setup {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  from: number;
  to: number;
}

if (isMainThread) {
  const [rows = 0, threads = 1] = process.argv.slice(2).map(Number);
  const { codedRows, slotBytes } = blockShape(dimensions);
  const bytes = Math.ceil(((rows / codedRows) * slotBytes) / (threads * 64)) * threads * 64;
  const module = await WebAssembly.compile(await assembleKernel(sum));
  const memory = new WebAssembly.Memory({
    initial: Math.ceil(bytes / 65_536),
    maximum: 65_536,
    shared: true,
  });
  new Uint8Array(memory.buffer).fill(1);
  const workers = Array.from({ length: threads }, (_, i) => {
    const setup: Setup = { module, memory, from: (bytes / threads) * i, to: (bytes / threads) * (i + 1) };
    return new Worker(new URL(import.meta.url), { workerData: setup });
  });
  const times: number[] = [];
  for (let run = -10; run < 60; run++) {
    const started = performance.now();
    await Promise.all(
      workers.map((worker) => {
        const done = new Promise((resolve) => worker.once('message', resolve));
        worker.postMessage(null);
        return done;
      }),
    );
    if (run >= 0) times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  console.log(JSON.stringify({ p50: times[30], p95: times[57], bytes }));
  process.exit(0);
} else {
  const { module, memory, from, to } = workerData as Setup;
  const { exports } = new WebAssembly.Instance(module, { bench: { memory } });
  const read = exports['sum'] as (from: number, to: number) => number;
  parentPort?.on('message', () => parentPort?.postMessage(read(from, to)));
}
