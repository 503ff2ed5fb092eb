import type { Readable } from 'node:stream';
import { nameLimit } from './format.ts';

const line = /^([0-9a-f]{64}) {2}(.+)$/s;
const longestLine = 64 + 2 + nameLimit;

/** Lines of a manifest as `sha256sum` writes them, one at a time. @throws Error for a line that is none. */
export async function* manifestLines(content: Readable): AsyncGenerator<{ sha256: string; name: string }> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of content) {
    rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    let from = 0;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10, from)) {
      yield parse(rest.subarray(from, end));
      from = end + 1;
    }
    rest = rest.subarray(from);
    if (rest.length > longestLine) throw new Error('the manifest has a line that is too long');
  }
  if (rest.length > 0) throw new Error('the manifest ends within a line');
}

function parse(bytes: Buffer): { sha256: string; name: string } {
  const [, sha256, name] = line.exec(bytes.toString('utf8')) ?? [];
  if (sha256 === undefined || name === undefined || bytes.length > longestLine)
    throw new Error('the manifest has a line that is none');
  return { sha256, name };
}
