import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorKind } from '../../../../src-main/engine/errors.ts';
import { openCheckpoint } from '../../../../src-main/engine/packs/checkpoint/open-checkpoint.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const tar = Buffer.alloc(1024);
tar.write('ustar', 257);

describe('a file that is no checkpoint', () => {
  it.each<[string, Uint8Array | string, ErrorKind, RegExp]>([
    ['empty.pth', '', 'invalid-input', /is empty; the download probably failed/],
    ['page.pth', '\n<!DOCTYPE html><html><title>Sign in</title>', 'invalid-input', /is a web page/],
    [
      'denied.pth',
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
      'invalid-input',
      /is a web page/,
    ],
    ['answer.pth', '{"error": "quota exceeded"}', 'invalid-input', /is a text file \(JSON\)/],
    [
      'pointer.safetensors',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 356700000\n',
      'unsupported',
      /only a pointer of Git LFS/,
    ],
    ['zeros.pth', Buffer.alloc(4096), 'invalid-input', /full of zeros/],
    ['plain.pkl', Buffer.from('\x80\x04}\x94.', 'latin1'), 'unsupported', /a bare Python pickle/],
    ['old.tar', tar, 'unsupported', /a tar archive/],
    ['packed.pth.gz', Buffer.from([0x1f, 0x8b, 8, 0]), 'unsupported', /packed with gzip; unpack it first/],
    ['weights.h5', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), 'unsupported', /HDF5 file, as Keras/],
    ['model.gguf', 'GGUF\x03\0\0\0', 'unsupported', /a GGUF file/],
    ['model.tflite', '\x1c\0\0\0TFL3', 'unsupported', /a TensorFlow Lite file/],
    ['saved_model.pb', '\x08\x01', 'unsupported', /a TensorFlow file/],
    ['model.ckpt.data-00000-of-00001', '\x01\x02', 'unsupported', /a TensorFlow file/],
    ['vision_model.onnx', '\x08\x08\x12\x07pytorch', 'unsupported', /an ONNX graph; choose the folder/],
    ['array.npy', Buffer.from('\x93NUMPY\x01\0', 'latin1'), 'unsupported', /a NumPy array/],
    ['empty.zip', Buffer.from('PK\x05\x06' + '\0'.repeat(18)), 'unsupported', /an empty zip archive/],
    ['model-00001-of-00003.safetensors', 'x', 'unsupported', /one part of a checkpoint that was split/],
    ['pytorch_model-00002-of-00002.bin', 'PK\x03\x04', 'unsupported', /one part of a checkpoint/],
    ['model.safetensors.index.json', '{}', 'unsupported', /the list of parts/],
    ['notes.txt', 'Download the weights here', 'unsupported', /not a checkpoint that is known here/],
  ])('%s is refused with what it is', async (name, content, kind, message) => {
    const path = join(temporaryFolder(), name);
    await writeFile(path, content);
    await expect(openCheckpoint(path)).rejects.toMatchObject({
      name: 'DescryError',
      kind,
      message: expect.stringMatching(message) as string,
    });
  });

  it('may be a folder', async () => {
    const path = join(temporaryFolder(), 'model.pth');
    await mkdir(path);
    await expect(openCheckpoint(path)).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringMatching(/is a folder; choose the checkpoint file itself/) as string,
    });
  });

  it('may be missing', async () => {
    await expect(openCheckpoint(join(temporaryFolder(), 'model.pth'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
