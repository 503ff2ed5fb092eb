import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { UsageError } from './usage-error.ts';

/**
 * Where a command's passphrases come from: the terminal, without an echo, or a file or standard input, a
 * line each in the order in which they are asked for. Never an argument: other users of the machine see
 * those in the list of processes, and shells remember them.
 */
export class Passphrases {
  readonly #file: string | undefined;
  readonly #option: string;
  #lines: Promise<string[]> | undefined;

  /**
   * @param file `-` is standard input; absent, the terminal is asked.
   * @param option the one that gives the file, for messages.
   */
  constructor(file: string | undefined, option = '--passphrase-file') {
    this.#file = file;
    this.#option = option;
  }

  /** @param question what it opens. @throws UsageError when there is none. */
  async ask(question: string): Promise<string> {
    if (this.#file === undefined) return askTerminal(question, this.#option);
    this.#lines ??= readLines(this.#file);
    const line = (await this.#lines).shift();
    if (line === undefined) throw new UsageError(`the passphrase file has no line for this: ${question}`);
    return line;
  }

  /** A passphrase for something new; on a terminal it is asked for twice. */
  async choose(question: string): Promise<string> {
    const first = await this.ask(question);
    if (this.#file === undefined && (await this.ask('The same once more')) !== first)
      throw new UsageError('the two passphrases differ');
    return first;
  }
}

async function readLines(file: string): Promise<string[]> {
  const content = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  const lines = content.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function askTerminal(question: string, option: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new UsageError(
      `a passphrase is needed (${question}), and there is no terminal to ask on; use ${option}`,
    );
  process.stderr.write(`${question}: `);
  // What is typed goes to an output that shows nothing.
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silence, terminal: true, historySize: 0 });
  return new Promise((resolve, reject) => {
    reader.once('line', (line) => {
      resolve(line);
      reader.close();
    });
    let interrupted = false;
    reader.once('SIGINT', () => {
      interrupted = true;
      reader.close();
      process.kill(process.pid, 'SIGINT');
    });
    reader.once('close', () => {
      process.stderr.write('\n');
      // After a line this changes nothing; the command's own interruption says what it has to.
      if (!interrupted) reject(new UsageError('no passphrase was given'));
    });
  });
}
