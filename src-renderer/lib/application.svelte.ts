import type { Batch, EmbeddingJob } from '../../src-main/api/types.ts';
import { Connection } from './connection.svelte.ts';
import { Dialogs } from './dialogs.svelte.ts';
import { describeError } from './errors.ts';
import { EventHub } from './event-hub.ts';
import { formatCounted } from './format.ts';
import { host } from './host.ts';
import { CaseManager } from './managers/case-manager.svelte.ts';
import { EmbeddingManager } from './managers/embedding-manager.svelte.ts';
import { ImportManager } from './managers/import-manager.svelte.ts';
import { ModelManager } from './managers/model-manager.svelte.ts';
import { ReviewManager } from './managers/review-manager.svelte.ts';
import { SigningManager } from './managers/signing-manager.svelte.ts';
import { TemplateManager } from './managers/template-manager.svelte.ts';
import { Navigation } from './navigation.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { Shortcuts } from './shortcuts.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

/** Everything that lives as long as the window. */
export class Application {
  /** Why the first question to the engine failed, or null. */
  startFailure = $state.raw<unknown>(null);
  readonly connection = new Connection();
  readonly client = this.connection.client;
  readonly events = new EventHub();
  readonly toasts = new Toasts();
  readonly dialogs = new Dialogs();
  readonly navigation = new Navigation();
  readonly shortcuts = new Shortcuts();
  readonly preferences = new Preferences();
  readonly case = new CaseManager(this.client, this.events);
  readonly imports = new ImportManager(this.client, this.events);
  readonly embedding = new EmbeddingManager(this.client, this.events);
  readonly model = new ModelManager(this.client, this.events);
  readonly review = new ReviewManager(this.client, this.toasts);
  readonly signing = new SigningManager(this.client);
  readonly template = new TemplateManager(this.client);

  /** Called once, before anything is drawn. */
  start(): void {
    this.preferences.start();
    this.navigation.start();
    this.shortcuts.start();
    this.events.on('notice', ({ severity, message }) => this.toasts.show({ severity, title: message }));
    this.connection.onOpen = (restarted) => {
      void this.events.read(this.client);
      void this.#refresh();
      if (restarted) {
        this.toasts.show({
          severity: 'warning',
          title: 'The engine was restarted',
          message: 'Nothing was lost. A running import goes on by itself.',
        });
      }
    };
    this.events.on('import', ({ progress }) => this.#tellOfEnd(progress.batch));
    this.embedding.onEnd = (job) => this.#tellOfReading(job);
    host?.onOpenCase((path) => void this.openCase(path));
    this.connection.start(host);
  }

  /** Runs a call and shows its error as a notice; undefined when it failed. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.toasts.error(error);
      return undefined;
    }
  }

  /** Closes the case after asking, where an import or a model that reads it would stop. */
  async closeCase(): Promise<void> {
    const question = this.imports.current
      ? {
          title: 'Close the case while an import runs?',
          message: 'The import stops now and goes on by itself when the case is opened again.',
        }
      : this.embedding.isRunning
        ? {
            title: 'Close the case while a model reads it?',
            message: 'The reading stops now and goes on by itself when the case is opened again.',
          }
        : null;
    if (question && !(await this.dialogs.confirm({ ...question, confirm: 'Close case' }))) return;
    await this.case.close();
    this.navigation.go('start');
  }

  /**
   * Does what may need the passphrase of a case: without one at first, then with what the person gives,
   * until it is the right one.
   * @returns undefined when nobody gives one.
   */
  async withPassphrase<T>(
    path: string,
    work: (passphrase: string | undefined) => Promise<T>,
  ): Promise<T | undefined> {
    for (let passphrase: string | undefined; ;) {
      try {
        return await work(passphrase);
      } catch (error) {
        const { kind } = describeError(error);
        if (kind !== 'passphrase-required' && kind !== 'wrong-passphrase') throw error;
        const given = await this.dialogs.askPassphrase({ path, wrong: kind === 'wrong-passphrase' });
        if (given === null) return undefined;
        passphrase = given;
      }
    }
  }

  /** Opens a case and goes to where its work goes on; false when it could not be opened. */
  async openCase(path: string): Promise<boolean> {
    const opened = await this.run(() =>
      this.withPassphrase(path, async (passphrase) => {
        await this.case.open(path, passphrase);
        return true;
      }),
    );
    if (!opened) return false;
    this.navigation.go(this.case.info?.counts.crops ? 'search' : 'import');
    return true;
  }

  /** What can be asked again when the engine answered the first question with an error. */
  async retry(): Promise<void> {
    await this.#refresh();
  }

  async #refresh(): Promise<void> {
    await Promise.all([
      this.#readCase(),
      this.run(() => this.imports.refresh()),
      this.run(() => this.embedding.refresh()),
      this.run(() => this.model.refresh()),
    ]);
  }

  async #readCase(): Promise<void> {
    try {
      await this.case.refresh();
      this.startFailure = null;
    } catch (error) {
      if (this.case.info === undefined) this.startFailure = error;
      else this.toasts.error(error);
    }
  }

  /** On another page the end of an import is worth a notice; its own page shows it anyway. */
  #tellOfEnd(batch: Batch): void {
    if (this.navigation.route.place === 'import' || this.imports.lastEnded !== batch) return;
    const action = { label: 'Show', run: () => this.navigation.go('import', 'batches') };
    if (batch.state === 'done') {
      const rejected = batch.rejected > 0 ? `, ${formatCounted(batch.rejected, 'file')} rejected` : '';
      const message = `${formatCounted(batch.imported, 'crop')} imported${rejected}.`;
      this.toasts.show({ title: 'Import finished', message, action });
    } else if (batch.state === 'failed') {
      this.toasts.show({
        severity: 'error',
        title: 'The import stopped',
        message: batch.error ?? '',
        action,
      });
    }
  }

  /** The same for a model that was reading the case. */
  #tellOfReading(job: EmbeddingJob): void {
    if (this.navigation.route.place === 'models') return;
    const name = this.model.packs?.find(({ id }) => id === job.packId)?.name ?? job.packId;
    const action = { label: 'Show', run: () => this.navigation.go('models', '', { pack: job.packId }) };
    if (job.state === 'finished') {
      const failed = job.failed > 0 ? ` ${formatCounted(job.failed, 'crop')} could not be read.` : '';
      const message = `${formatCounted(job.done, 'crop')} can be searched with it.${failed}`;
      this.toasts.show({ title: `${name} has read this case`, message, action });
    } else if (job.state === 'failed') {
      const title = `${name} stopped reading this case`;
      this.toasts.show({ severity: 'error', title, message: job.message, action });
    }
  }
}

export const application = new Application();
