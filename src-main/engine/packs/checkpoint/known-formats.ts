import { basename } from 'node:path';
import { DescryError } from '../../errors.ts';

/** Bytes of a file's beginning that tell its format. */
export const headBytes = 512;

/** A reader for a file, or why there is none. */
type Recognised = 'zip' | 'safetensors' | DescryError;

/** Beginnings of files that are not checkpoints that can be read, and what to say of them. */
const others: readonly { begins: string | number[]; at?: number; is: string }[] = [
  {
    // Python's pickle of the number 0x1950a86a20f9469cfc6c, which torch before 1.6 put in front.
    begins: [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19],
    is: 'a checkpoint of torch before 1.6, which is not a zip archive. Load it once with a newer torch and save it again',
  },
  {
    begins: 'ustar',
    at: 257,
    is: 'a tar archive: either checkpoints packed together, which have to be unpacked first, or one of a very old torch, which cannot be read',
  },
  { begins: [0x1f, 0x8b], is: 'packed with gzip; unpack it first' },
  { begins: [0x28, 0xb5, 0x2f, 0xfd], is: 'packed with zstd; unpack it first' },
  { begins: [0xfd, 0x37, 0x7a, 0x58, 0x5a], is: 'packed with xz; unpack it first' },
  { begins: [0x37, 0x7a, 0xbc, 0xaf], is: 'a 7z archive; unpack it first' },
  { begins: 'Rar!', is: 'a RAR archive; unpack it first' },
  { begins: [0x50, 0x4b, 0x05, 0x06], is: 'an empty zip archive' },
  {
    begins: [0x89, 0x48, 0x44, 0x46],
    is: 'an HDF5 file, as Keras writes them; only PyTorch and safetensors files can be converted',
  },
  { begins: 'GGUF', is: 'a GGUF file; only PyTorch and safetensors files can be converted' },
  { begins: 'lmgg', is: 'a GGML file; only PyTorch and safetensors files can be converted' },
  {
    begins: 'TFL3',
    at: 4,
    is: 'a TensorFlow Lite file; only PyTorch and safetensors files can be converted',
  },
  { begins: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], is: 'a NumPy array, not a model' },
  {
    begins: 'version https://git-lfs.github.com/',
    is: 'only a pointer of Git LFS to the file (a page of text); fetch the file itself with "git lfs pull" or from its page',
  },
];

/** Ends of names that say more than the content does. */
const namedOthers: readonly { name: RegExp; is: string }[] = [
  {
    name: /-\d{5}-of-\d{5}\.(safetensors|bin|pt|pth)$/i,
    is: 'one part of a checkpoint that was split into several files; only whole ones can be converted',
  },
  {
    name: /\.index\.json$/i,
    is: 'the list of parts of a checkpoint that was split into several files; only whole ones can be converted',
  },
  { name: /\.onnx$/i, is: 'an ONNX graph; choose the folder that it lies in, with its tokenizer.json' },
  {
    name: /\.(ckpt|tf)\.(index|meta|data-.*)$|\.pb$|\.data-\d{5}-of-\d{5}$/i,
    is: 'a TensorFlow file; only PyTorch and safetensors files can be converted',
  },
];

/**
 * Says by its beginning what a file is.
 * @param head the first bytes, up to `headBytes`.
 */
export function recognise(path: string, bytes: number, head: Uint8Array): Recognised {
  const refuse = (is: string, kind: 'unsupported' | 'invalid-input' = 'unsupported'): DescryError =>
    new DescryError(kind, `${path} is ${is}.`, { path });
  if (bytes === 0) return refuse('empty; the download probably failed', 'invalid-input');
  const named = namedOthers.find(({ name }) => name.test(basename(path)));
  if (named) return refuse(named.is);
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04])) return 'zip';
  const other = others.find(({ begins, at }) => startsWith(head, begins, at));
  if (other) return refuse(other.is);
  const text = Buffer.from(head).toString('latin1').trimStart();
  if (/^<(!doctype\s+html|html|head|\?xml|!--)/i.test(text))
    return refuse(
      'a web page, not a checkpoint: the download failed, or needs a login or a click',
      'invalid-input',
    );
  if (text.startsWith('{') || text.startsWith('['))
    return refuse('a text file (JSON), not a checkpoint', 'invalid-input');
  if (head.every((byte) => byte === 0))
    return refuse('full of zeros: the download was begun but never finished', 'invalid-input');
  if (/\.safetensors$/i.test(path) || looksLikeSafetensors(head)) return 'safetensors';
  if (head[0] === 0x80 && (head[1] ?? 9) <= 5)
    return refuse('a bare Python pickle, not a checkpoint saved by torch.save (1.6 or newer)');
  return refuse('not a checkpoint that is known here (PyTorch 1.6 or newer, TorchScript, safetensors)');
}

function startsWith(head: Uint8Array, begins: string | number[], at = 0): boolean {
  const expected = typeof begins === 'string' ? Buffer.from(begins, 'latin1') : Buffer.from(begins);
  return expected.equals(head.subarray(at, at + expected.length));
}

/** The length of the header in 64 bits, then its opening brace. */
function looksLikeSafetensors(head: Uint8Array): boolean {
  return head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] === 0 && head[8] === 0x7b;
}
