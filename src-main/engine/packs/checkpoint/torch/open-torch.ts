import { DescryError } from '../../../errors.ts';
import { bytesPerElement, type Checkpoint, type TensorInfo } from '../checkpoint.ts';
import { readPickle } from '../pickle/read-pickle.ts';
import type { RandomAccessFile } from '../random-access-file.ts';
import { elementsOf, gather, mostTensorBytes, viewOf } from '../strides.ts';
import { findModel } from './find-model.ts';
import { torchHost } from './rebuild.ts';
import type { StoredTensor } from './stored-tensor.ts';
import { TorchArchive } from './torch-archive.ts';

/** What OpenAI's TorchScript archives keep as tensors although they are plain numbers. */
const numbersKeptAsTensors = ['input_resolution', 'context_length', 'vocab_size'];

/** A view that repeats elements (stride 0) may be larger than its storage up to this. */
const mostRepeatedBytes = 64 * 1024 * 1024;

/**
 * Opens a checkpoint in PyTorch's zip container, or a TorchScript archive.
 * @param file stays the caller's to close when this throws.
 * @throws DescryError `invalid-input` for damaged or hostile files, `unsupported` for ones without a
 * model that can be read.
 */
export async function openTorch(file: RandomAccessFile): Promise<Checkpoint> {
  const archive = await TorchArchive.open(file);
  const model = findModel(readPickle(await archive.pickle(), torchHost));
  const { scalars } = model;
  for (const name of numbersKeptAsTensors) {
    const tensor = model.tensors.get(name);
    if (tensor === undefined || tensor.type !== 'int64' || elementsOf(tensor.shape) !== 1) continue;
    const bytes = await readTensor(archive, name, tensor);
    scalars.set(name, Number(Buffer.from(bytes).readBigInt64LE()));
    model.tensors.delete(name);
  }
  for (const [name, tensor] of model.tensors) checkStorage(archive, name, tensor);
  const infos = [...model.tensors].map(([name, { type, shape }]): [string, TensorInfo] => [
    name,
    { name, type, shape },
  ]);
  return {
    path: file.path,
    format: archive.isTorchScript ? 'torchscript' : 'pytorch',
    bytes: file.bytes,
    tensors: new Map(infos),
    scalars,
    others: [...model.others].map(([name, { tensors, storages }]) => ({
      name,
      tensors,
      bytes: sizeOf(archive, storages),
    })),
    async read(name) {
      const tensor = model.tensors.get(name);
      if (tensor === undefined) throw new Error(`the checkpoint has no tensor ${name}`);
      return readTensor(archive, name, tensor);
    },
    close: () => file.close(),
  };
}

function checkStorage(archive: TorchArchive, name: string, { storage, type, shape }: StoredTensor): void {
  const held = archive.storedSize(`data/${storage.key}`);
  const width = bytesPerElement[type];
  const damage = (reason: string): DescryError =>
    new DescryError('invalid-input', `${archive.file.path} is damaged: the tensor ${name} ${reason}.`, {
      tensor: name,
    });
  if (held === undefined) throw damage('has no data in the file');
  if (held < storage.length * width) throw damage('is longer than its data in the file');
  const bytes = (elementsOf(shape) ?? Infinity) * width;
  if (bytes > mostTensorBytes || bytes > Math.max(held, mostRepeatedBytes)) throw damage('is too large');
}

async function readTensor(
  archive: TorchArchive,
  name: string,
  tensor: StoredTensor,
): Promise<Uint8Array<ArrayBuffer>> {
  checkStorage(archive, name, tensor);
  const { storage, shape, strides, offset } = tensor;
  const width = bytesPerElement[tensor.type];
  const view = viewOf(shape, strides);
  if (view === undefined) throw new Error(`${name} was not checked`);
  const bytes = await archive.read(`data/${storage.key}`, offset * width, view.span * width);
  return view.contiguous ? bytes : gather(bytes, shape, strides, width);
}

function sizeOf(archive: TorchArchive, storages: ReadonlySet<string>): number {
  let bytes = 0;
  for (const key of storages) bytes += archive.size(`data/${key}`) ?? 0;
  return bytes;
}
