import { readFileSync } from 'node:fs';
import { fileBeside } from '../../entry-file.ts';
import type { Kernel } from './kernel.ts';
import { ScalarKernel } from './scalar-kernel.ts';

/**
 * The compiled kernel: the assembled file of a build, or `kernel.wat` assembled on the spot from source.
 * @returns null where the processor has no SIMD; `kernelOver` then computes the same in JavaScript.
 */
export async function compileKernel(): Promise<WebAssembly.Module | null> {
  const bytes = await kernelBytes();
  return WebAssembly.validate(bytes) ? WebAssembly.compile(bytes) : null;
}

export function kernelOver(memory: WebAssembly.Memory, module: WebAssembly.Module | null): Kernel {
  if (!module) return new ScalarKernel(memory);
  return new WebAssembly.Instance(module, { descry: { memory } }).exports as unknown as Kernel;
}

async function kernelBytes(): Promise<Uint8Array<ArrayBuffer>> {
  const file = fileBeside(['kernel.wasm', 'kernel.wat'], import.meta.url);
  return file.endsWith('.wasm')
    ? new Uint8Array(readFileSync(file))
    : assembleKernel(readFileSync(file, 'utf8'));
}

/** Turns WebAssembly text into a module's bytes; a build does so once, with the same call. */
export async function assembleKernel(text: string): Promise<Uint8Array<ArrayBuffer>> {
  // Needed from source only: a build brings the assembled file.
  const { default: wabt } = await import('wabt');
  const module = (await wabt()).parseWat('kernel.wat', text, { simd: true, threads: true });
  try {
    return new Uint8Array(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}
