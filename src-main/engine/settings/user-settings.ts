import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { RecentCase } from '../case/schema.ts';
import { storedTemplate, type StoredTemplate } from '../report/template.ts';
import { writeJson } from '../write-json.ts';

const settingsFile = z.object({
  operator: z.string().default(''),
  recent: z
    .array(z.object({ path: z.string(), name: z.string(), number: z.string(), openedAt: z.string() }))
    .default([]),
  reportTemplate: storedTemplate.nullable().catch(null),
});
type SettingsFile = z.infer<typeof settingsFile>;

const recentLimit = 12;

/** What this user's Descry remembers between sessions: recent cases, the operator's name, the form of reports. */
export class UserSettings {
  readonly #file: string;
  #settings: SettingsFile;

  /** A missing or damaged file counts as empty: nothing of a case is in it. */
  constructor(dataFolder: string) {
    this.#file = join(dataFolder, 'settings.json');
    this.#settings = this.#read();
  }

  get operator(): string {
    return this.#settings.operator;
  }

  set operator(operator: string) {
    this.#change({ operator });
  }

  /** The form of reports; null when nobody has set one. */
  get template(): StoredTemplate | null {
    return this.#settings.reportTemplate;
  }

  set template(template: StoredTemplate | null) {
    this.#change({ reportTemplate: template });
  }

  recent(): RecentCase[] {
    return this.#settings.recent.map((entry) => ({
      ...entry,
      present: existsSync(join(entry.path, 'case.sqlite')),
    }));
  }

  /** Of an encrypted case no more is remembered than where it lies. */
  remember(entry: { path: string; name: string; number: string; encrypted: boolean }): void {
    const { path, encrypted } = entry;
    const name = encrypted ? basename(path).replace(/\.descry$/, '') : entry.name;
    const number = encrypted ? '' : entry.number;
    const others = this.#read().recent.filter((known) => known.path !== path);
    this.#change({
      recent: [{ path, name, number, openedAt: new Date().toISOString() }, ...others].slice(0, recentLimit),
    });
  }

  forget(path: string): void {
    this.#change({ recent: this.#read().recent.filter((known) => known.path !== path) });
  }

  #read(): SettingsFile {
    try {
      return settingsFile.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return settingsFile.parse({});
    }
  }

  #change(change: Partial<SettingsFile>): void {
    // Read anew: another process of this user may have changed what this one does not.
    this.#settings = { ...this.#read(), ...change };
    writeJson(this.#file, this.#settings);
  }
}
