import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/**
 * Threads for one ONNX Runtime session: the physical cores that this process may use. A second thread
 * on the same core only gets in the way of the first.
 */
export function inferenceThreads(): number {
  return Math.max(1, Math.min(availableParallelism(), physicalCores()));
}

function physicalCores(): number {
  const logical = cpus().length;
  if (process.platform === 'linux') {
    try {
      const cores = new Set<string>();
      for (let cpu = 0; cpu < logical; cpu++)
        cores.add(readFileSync(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, 'utf8'));
      return cores.size;
    } catch {
      return logical;
    }
  }
  // Neither Windows nor macOS tell Node; x64 desktop processors usually run two threads a core.
  return process.arch === 'x64' && logical > 2 ? Math.ceil(logical / 2) : logical;
}
