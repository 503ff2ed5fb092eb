import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release } from 'node:os';
import { dirname, join } from 'node:path';

/** Folder of ONNX Runtime's libraries for this platform. */
export function runtimeFolder(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch);
}

/**
 * Name and version of the runtime, as it is written into searches. Read from its package, because
 * loading the native library is left to the model's own thread.
 */
export function runtimeName(): string {
  const { name, version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as {
    name: string;
    version: string;
  };
  return `${name} ${version}`;
}

/** Whether the libraries for NVIDIA cards were added; without them CUDA need not be tried. */
export function hasCudaLibraries(): boolean {
  return existsSync(join(runtimeFolder(), 'libonnxruntime_providers_cuda.so'));
}

/**
 * What an execution provider's fitness depends on, as far as it can be read without starting one: a
 * change of system, processor, driver or libraries makes a remembered decision void.
 */
export function machineFacts(): string[] {
  const facts = [platform(), arch(), release(), cpus()[0]?.model ?? '', String(cpus().length)];
  if (platform() === 'linux') {
    const { VK_DRIVER_FILES, VK_ICD_FILENAMES, CUDA_VISIBLE_DEVICES } = process.env;
    facts.push(
      VK_DRIVER_FILES ?? '',
      VK_ICD_FILENAMES ?? '',
      CUDA_VISIBLE_DEVICES ?? '',
      String(hasCudaLibraries()),
    );
    facts.push(...['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].map(namesIn));
    facts.push(textOf('/proc/driver/nvidia/version'));
  }
  // Every driver that is installed on Windows changes this folder.
  if (platform() === 'win32')
    facts.push(
      changeOf(join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'DriverStore', 'FileRepository')),
    );
  return facts;
}

function namesIn(folder: string): string {
  try {
    return readdirSync(folder).sort().join(',');
  } catch {
    return '';
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function changeOf(path: string): string {
  try {
    return String(statSync(path).mtimeMs);
  } catch {
    return '';
  }
}
