import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, rmSync, watch, writeFileSync, type FSWatcher } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utilityProcesses } from './utility-process.ts';

/** An event that a listener can refuse. */
export class PreventableEvent {
  defaultPrevented = false;

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

/** What must end with the application: windows first, then the browser behind them. */
export interface Ending {
  closeWindows(): Promise<boolean>;
  closeBrowser(): Promise<void>;
}

class App extends EventEmitter {
  readonly isPackaged = false;
  /** Chromium's switches, given to the real one. */
  readonly switches: string[] = [];
  readonly recentDocuments: string[] = [];
  readonly commandLine = {
    appendSwitch: (name: string, value?: string): void =>
      void this.switches.push(value === undefined ? `--${name}` : `--${name}=${value}`),
  };
  sandboxed = false;
  ending: Ending | undefined;
  readonly #paths = new Map<string, string>();
  readonly #ready = Promise.withResolvers<undefined>();
  #lock: string | undefined;
  #watcher: FSWatcher | undefined;
  #quitting = false;

  setName(): void {
    // Shown by the system's menus only.
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  getPath(name: string): string {
    return this.#paths.get(name) ?? join(tmpdir(), 'descry-stand-in');
  }

  enableSandbox(): void {
    this.sandboxed = true;
  }

  whenReady(): Promise<undefined> {
    return this.#ready.promise;
  }

  /** Called when the application's main file has been run to its end, as Electron does it. */
  becomeReady(): void {
    this.#ready.resolve(undefined);
    this.emit('ready');
  }

  /** One folder a profile; whoever makes it is first, everybody else leaves a note in it. */
  requestSingleInstanceLock(additionalData?: object): boolean {
    const lock = join(this.getPath('userData'), 'stand-in-lock');
    try {
      mkdirSync(lock);
    } catch {
      const note = JSON.stringify({ argv: process.argv, cwd: process.cwd(), additionalData });
      writeFileSync(join(lock, `${process.pid}.json`), note);
      return false;
    }
    this.#lock = lock;
    const seen = new Set<string>();
    this.#watcher = watch(lock, () => {
      for (const name of readdirSync(lock)) {
        let note: { argv: string[]; cwd: string; additionalData: unknown };
        try {
          note = JSON.parse(readFileSync(join(lock, name), 'utf8')) as typeof note;
        } catch {
          continue; // Half written: the next change tells again.
        }
        if (seen.has(name)) continue;
        seen.add(name);
        this.emit('second-instance', new PreventableEvent(), note.argv, note.cwd, note.additionalData);
      }
    });
    return true;
  }

  addRecentDocument(path: string): void {
    this.recentDocuments.push(path);
  }

  setAboutPanelOptions(): void {
    // Drawn by the system.
  }

  showAboutPanel(): void {
    // Drawn by the system.
  }

  getAppMetrics(): { pid: number; type: string; name?: string }[] {
    return [
      { pid: process.pid, type: 'Browser' },
      ...utilityProcesses().map(({ pid, name }) => ({ pid, type: 'Utility', name })),
    ];
  }

  quit(): void {
    if (this.#quitting) return;
    this.#quitting = true;
    void this.#quit();
  }

  exit(code = 0): void {
    this.#watcher?.close();
    if (this.#lock !== undefined) rmSync(this.#lock, { recursive: true, force: true });
    void (this.ending?.closeBrowser() ?? Promise.resolve()).finally(() => process.exit(code));
  }

  async #quit(): Promise<void> {
    const closed = (await this.ending?.closeWindows()) ?? true;
    const event = new PreventableEvent();
    if (closed) this.emit('will-quit', event);
    this.#quitting = false;
    if (!closed || event.defaultPrevented) return;
    this.emit('quit', {}, 0);
    this.exit(0);
  }
}

export const app = new App();
