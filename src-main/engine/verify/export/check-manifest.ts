import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { parseManifestLine } from '../../report/bundle/manifest-lines.ts';
import { readLines, type ExportFiles } from './export-files.ts';
import type { Findings } from './findings.ts';
import { reasonOf } from './json-values.ts';

/** What a list of hashes names, when all of it was checked. */
export interface CheckedManifest {
  /** SHA-256 by path, as it says them. */
  paths: Map<string, string>;
  /** Files that are not what it says, or not there: enough was said of them. */
  changed: Set<string>;
}

/** Files that are read at once: most are small, and opening one takes longer than reading it. */
const readAtOnce = 16;

/**
 * Checks every file that a manifest lists, as `sha256sum -c` does.
 * @param options.under what all of its paths begin with, or nothing.
 */
export async function checkManifest(
  files: ExportFiles,
  manifest: string,
  findings: Findings,
  options: { under?: string; signal?: AbortSignal | undefined } = {},
): Promise<CheckedManifest> {
  const { under = '', signal } = options;
  const paths = new Map<string, string>();
  const changed = new Set<string>();
  const checked: CheckedManifest = { paths, changed };
  const found = await files.find(manifest);
  if (!found || found.problem !== undefined) {
    findings.error('manifest', manifest, 'The list of hashes is not there.');
    return checked;
  }
  let waiting: Listed[] = [];
  const check = async (): Promise<void> => {
    const problems = await Promise.all(waiting.map((listed) => problemOf(files, listed, manifest, signal)));
    waiting.forEach((listed, i) => {
      const problem = problems[i];
      if (problem !== undefined) {
        findings.error('manifest', listed.path, problem);
        changed.add(listed.path);
      }
      checkName(listed.path, listed.sha256, findings);
    });
    waiting = [];
  };
  let number = 0;
  for await (const line of readLines(files, manifest)) {
    signal?.throwIfAborted();
    number++;
    if (line === '') continue;
    const entry = parseManifestLine(line);
    if ('problem' in entry) {
      findings.error('manifest', `${manifest}, line ${number}`, `The line ${entry.problem}.`);
      continue;
    }
    const { path, sha256 } = entry;
    if (!path.startsWith(under)) {
      findings.error('manifest', `${manifest}, line ${number}`, `${path} does not lie in ${under}.`);
      continue;
    }
    if (paths.has(path)) findings.error('manifest', path, `${manifest} lists it more than once.`);
    paths.set(path, sha256);
    waiting.push({ path, sha256 });
    if (waiting.length === readAtOnce) await check();
  }
  await check();
  return checked;
}

interface Listed {
  path: string;
  sha256: string;
}

/** What is wrong with a listed file; undefined when it is what the list says. */
async function problemOf(
  files: ExportFiles,
  { path, sha256 }: Listed,
  manifest: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const found = await files.find(path);
  if (!found) return `The file is not there; ${manifest} lists it.`;
  if (found.problem !== undefined) return `It is not read: ${found.problem}.`;
  try {
    const actual = await hashOf(files, path, signal);
    if (actual === sha256) return undefined;
    return `Its content changed: SHA-256 ${actual}, in ${manifest} ${sha256}.`;
  } catch (error) {
    signal?.throwIfAborted();
    return `It cannot be read: ${reasonOf(error)}`;
  }
}

/** An original is named by its hash: a list that was written anew over other bytes says so itself. */
function checkName(path: string, sha256: string, findings: Findings): void {
  const [, named] = /(?:^|\/)originals\/([0-9a-f]{64})\.[^/]+$/.exec(path) ?? [];
  if (named !== undefined && named !== sha256)
    findings.error(
      'originals',
      path,
      `It is not the original that its name says: the list gives it SHA-256 ${sha256}.`,
    );
}

/** SHA-256 of a file of an export. */
export async function hashOf(files: ExportFiles, path: string, signal?: AbortSignal): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(await files.read(path), digest, signal ? { signal } : {});
  return digest.digest('hex');
}
