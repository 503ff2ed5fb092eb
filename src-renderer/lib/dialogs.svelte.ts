import { host } from './host.ts';

export interface ConfirmOptions {
  title: string;
  message: string;
  confirm: string;
  /** The way out; `Cancel` when absent. */
  dismiss?: string;
  danger?: boolean;
}

export interface PickOptions {
  title: string;
  /** A word of explanation, where the page draws the dialog itself. */
  description?: string;
  /** What may be chosen: a folder, a case (`*.descry`), or a file. */
  pick: 'folder' | 'case' | 'file';
  /** For files: the endings that are offered first, without the dot. */
  extensions?: string[];
  startAt?: string;
}

export interface PassphraseOptions {
  /** The case, or the archive of one. */
  path: string;
  /** The one before was not it. */
  wrong: boolean;
}

interface Open<O, A> {
  options: O;
  answer: (answer: A) => void;
}

/** Questions that any part of the page may ask; App draws them. */
export class Dialogs {
  confirmation = $state.raw<Open<ConfirmOptions, boolean> | null>(null);
  picker = $state.raw<Open<PickOptions, string | null> | null>(null);
  passphrase = $state.raw<Open<PassphraseOptions, string | null> | null>(null);
  shortcutsShown = $state(false);
  /** The operator is asked for; see App. */
  operatorShown = $state(false);

  confirm(options: ConfirmOptions): Promise<boolean> {
    this.confirmation?.answer(false);
    return new Promise((resolve) => {
      const answer = (yes: boolean): void => {
        this.confirmation = null;
        resolve(yes);
      };
      this.confirmation = { options, answer };
    });
  }

  /** The passphrase of an encrypted case; null when nobody gives one. */
  askPassphrase(options: PassphraseOptions): Promise<string | null> {
    this.passphrase?.answer(null);
    return new Promise((resolve) => {
      const answer = (text: string | null): void => {
        this.passphrase = null;
        resolve(text);
      };
      this.passphrase = { options, answer };
    });
  }

  /** A path of the engine's machine, by the native dialog where there is one; null when nothing was chosen. */
  async pick(options: PickOptions): Promise<string | null> {
    if (host) {
      const start = options.startAt === undefined ? {} : { defaultPath: options.startAt };
      if (options.pick !== 'file') return host.pickFolder({ title: options.title, ...start });
      const files = await host.pickFiles({ title: options.title, extensions: options.extensions ?? [] });
      return files[0] ?? null;
    }
    this.picker?.answer(null);
    return new Promise((resolve) => {
      const answer = (path: string | null): void => {
        this.picker = null;
        resolve(path);
      };
      this.picker = { options, answer };
    });
  }
}
