import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeJson } from '../write-json.ts';
import { isRunning } from './running-process.ts';
import { providerName, providerTrial, type ProviderName } from './schema.ts';

/** Which provider was taken for a pack on this machine, and what was measured. */
export const providerDecision = z.object({
  provider: providerName,
  batch: z.int().positive(),
  trials: z.array(providerTrial),
});
export type ProviderDecision = z.infer<typeof providerDecision>;

const memoryFile = z.object({
  /** By what they depend on, oldest first. */
  decisions: z.record(z.string(), providerDecision).default({}),
  /** A provider that a process is about to use for the first time; left behind when it crashes. */
  starting: z.object({ provider: providerName, pid: z.int() }).nullable().default(null),
});
type MemoryFile = z.infer<typeof memoryFile>;

const decisionLimit = 16;

/** What is remembered about execution providers between starts. A missing or damaged file is empty. */
export class ProviderMemory {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  decision(key: string): ProviderDecision | undefined {
    return this.#read().decisions[key];
  }

  remember(key: string, decision: ProviderDecision): void {
    this.#change((memory) => {
      const others = Object.entries(memory.decisions).filter(([known]) => known !== key);
      return { ...memory, decisions: Object.fromEntries([...others, [key, decision]].slice(-decisionLimit)) };
    });
  }

  /** Notes that a provider is about to be used in this process. */
  starting(provider: ProviderName): void {
    this.#change((memory) => ({ ...memory, starting: { provider, pid: process.pid } }));
  }

  /** Takes the note back: the provider works, or failed without a crash. */
  started(): void {
    this.#change((memory) => ({ ...memory, starting: null }));
  }

  /** The provider that a process which is gone was starting when it ended. */
  crashed(): ProviderName | undefined {
    const { starting } = this.#read();
    return starting && (starting.pid === process.pid || !isRunning(starting.pid))
      ? starting.provider
      : undefined;
  }

  #read(): MemoryFile {
    try {
      return memoryFile.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return memoryFile.parse({});
    }
  }

  /** A folder that cannot be written only costs a trial at the next start. */
  #change(change: (memory: MemoryFile) => MemoryFile): void {
    try {
      writeJson(this.#file, change(this.#read()));
    } catch {
      return;
    }
  }
}
