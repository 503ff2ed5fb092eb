import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GraphBuilder, Weight } from './graph-builder.ts';
import { elementType, encodeModel, type OnnxTensor } from './onnx-model.ts';

export interface GraphFiles {
  /** Plain file names in the folder: the structure with small constants, and the large weights. */
  graph: string;
  weights: string;
}

const elementBytes = { float32: 4, float16: 2 };
/** Smaller weights stay in the graph's own file. */
const largeWeight = 64 * 1024;
/** ONNX Runtime maps weights at such places into memory on every system (Windows maps in steps of 64 KiB). */
const alignment = 64 * 1024;

/**
 * Writes a graph and its weights, weight by weight, so that only one of them is in memory at a time. Files
 * that were there are replaced; on an error what was written so far is left behind.
 * @param onWeight is told the name and size of every weight once it is written.
 * @throws DescryError what reading a weight throws; the file system's errors; AbortError.
 */
export async function writeGraph(
  builder: GraphBuilder,
  folder: string,
  files: GraphFiles,
  onWeight: (name: string, bytes: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  const initializer: OnnxTensor[] = [...builder.constants];
  const file = await open(join(folder, files.weights), 'w');
  try {
    let end = 0;
    for (const weight of builder.weights) {
      signal?.throwIfAborted();
      const data = await weight.read();
      const bytes = weightBytes(weight);
      if (data.length !== bytes)
        throw new Error(`${weight.name} has ${data.length} bytes, but its shape needs ${bytes}`);
      const tensor = { name: weight.name, dataType: elementType[weight.type], dims: weight.shape };
      if (bytes < largeWeight) {
        initializer.push({ ...tensor, rawData: data });
      } else {
        const offset = Math.ceil(end / alignment) * alignment;
        await writeAll(file, data, offset);
        end = offset + bytes;
        const place = { location: files.weights, offset, length: bytes };
        const externalData = Object.entries(place).map(([key, value]) => ({ key, value: String(value) }));
        initializer.push({ ...tensor, externalData, dataLocation: 'EXTERNAL' });
      }
      onWeight(weight.name, bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const { name, inputs, outputs } = builder;
  const graph = { name, node: builder.finish(), initializer, input: inputs, output: outputs };
  await writeFile(join(folder, files.graph), encodeModel(graph), { flush: true });
}

/** Bytes of a weight as it is written. */
export function weightBytes({ type, shape }: Weight): number {
  return shape.reduce((product, size) => product * size, elementBytes[type]);
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, data: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < data.length;) {
    const { bytesWritten } = await file.write(data, done, data.length - done, at + done);
    done += bytesWritten;
  }
}
