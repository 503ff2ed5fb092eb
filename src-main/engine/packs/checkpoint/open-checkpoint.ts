import type { Checkpoint } from './checkpoint.ts';
import { headBytes, recognise } from './known-formats.ts';
import { RandomAccessFile } from './random-access-file.ts';
import { openSafetensors } from './safetensors.ts';
import { openTorch } from './torch/open-torch.ts';

/**
 * Opens a file of weights: PyTorch's zip container (torch 1.6 and newer), a TorchScript archive or
 * safetensors. Names and shapes are read now, numbers when they are asked for; nothing that the file
 * names is ever run. The result has to be closed.
 * @throws DescryError `unsupported` when it is understood but not something that can be read (the
 * message says what it is), `invalid-input` when it is damaged, cut off, or asks to run something.
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const file = await RandomAccessFile.open(path);
  try {
    const head = await file.read(0, Math.min(headBytes, file.bytes));
    const recognised = recognise(path, file.bytes, head);
    if (recognised === 'zip') return await openTorch(file);
    if (recognised === 'safetensors') return await openSafetensors(file);
    throw recognised;
  } catch (error) {
    await file.close();
    throw error;
  }
}
