import type { Readable } from 'node:stream';

/** A file of an export, wherever the export lies. */
export interface FoundFile {
  /** From the export's folder, with `/` between its parts. */
  path: string;
  bytes: number;
  /** Why it is not read, in words that end a sentence with "it"; undefined for a plain file. */
  problem?: string | undefined;
}

/** The files of an export: of a folder, or within a zip file. Links are never followed. */
export interface ExportFiles {
  /** All of them, in no order. */
  list(): AsyncIterable<FoundFile>;
  find(path: string): Promise<FoundFile | undefined>;
  /** @throws DescryError `not-found`; an error of the file system, or of the archive. */
  read(path: string): Promise<Readable>;
  close(): Promise<void>;
}

/** The text of a small file; undefined when it is not there. @throws Error when it has more than `most` bytes. */
export async function readSmall(files: ExportFiles, path: string, most: number): Promise<Buffer | undefined> {
  const found = await files.find(path);
  if (!found || found.problem !== undefined) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of await files.read(path)) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > most) throw new Error(`${path} is larger than ${most} bytes`);
  }
  return Buffer.concat(chunks);
}

/** Lines of a text file, without their ends (LF, CR LF or CR). A longer one than `longest` is cut off. */
export async function* readLines(
  files: ExportFiles,
  path: string,
  longest = 64 * 1024,
): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder('utf-8', { ignoreBOM: false });
  for await (const chunk of await files.read(path)) {
    rest += decoder.decode(chunk as Buffer, { stream: true });
    // A CR at the end may be half of a CR LF.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!.slice(0, longest);
    yield* lines;
  }
  rest = (rest + decoder.decode()).replace(/\r$/, '');
  if (rest !== '') yield rest;
}
