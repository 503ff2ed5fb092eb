/** Element types of checkpoints that can be read. */
export type TensorType =
  'float64' | 'float32' | 'float16' | 'bfloat16' | 'int64' | 'int32' | 'int16' | 'int8' | 'uint8' | 'bool';

export const bytesPerElement: Readonly<Record<TensorType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

export interface TensorInfo {
  name: string;
  type: TensorType;
  shape: readonly number[];
}

/** The weights of a checkpoint file: names and shapes at hand, numbers read when they are asked for. */
export interface Checkpoint {
  readonly path: string;
  readonly format: 'pytorch' | 'torchscript' | 'safetensors';
  /** Size of the file. */
  readonly bytes: number;
  /** Tensors of the model by name, in the file's order, without a common `module.` prefix. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Plain numbers, strings and booleans beside the weights ("epoch", "input_resolution"). */
  readonly scalars: ReadonlyMap<string, number | string | boolean>;
  /** What the file holds beside the model, by its name at the top ("optimizer"), with its tensors' bytes. */
  readonly others: readonly { name: string; tensors: number; bytes: number }[];
  /**
   * Elements of one tensor in row-major order, little-endian, in its own type.
   * @throws DescryError `invalid-input` when the file ends early or was changed since it was opened.
   */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}
