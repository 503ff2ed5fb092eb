import { Connection } from './connection.svelte.ts';
import { Dialogs } from './dialogs.svelte.ts';
import { EventHub } from './event-hub.ts';
import { host } from './host.ts';
import { CaseManager } from './managers/case-manager.svelte.ts';
import { ImportManager } from './managers/import-manager.svelte.ts';
import { ModelManager } from './managers/model-manager.svelte.ts';
import { ReviewManager } from './managers/review-manager.svelte.ts';
import { Navigation } from './navigation.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { Shortcuts } from './shortcuts.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

/** Everything that lives as long as the window. */
export class Application {
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
  readonly model = new ModelManager(this.client, this.events);
  readonly review = new ReviewManager(this.client, this.toasts);

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
    host?.onOpenCase((path) => void this.run(() => this.case.open(path)));
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

  /** Closes the case after asking, where an import would stop. */
  async closeCase(): Promise<void> {
    if (this.imports.current) {
      const sure = await this.dialogs.confirm({
        title: 'Close the case while an import runs?',
        message: 'The import stops now and goes on by itself when the case is opened again.',
        confirm: 'Close case',
      });
      if (!sure) return;
    }
    await this.case.close();
    this.navigation.go('start');
  }

  async #refresh(): Promise<void> {
    await Promise.all([
      this.run(() => this.case.refresh()),
      this.run(() => this.imports.refresh()),
      this.run(() => this.model.refresh()),
    ]);
  }
}

export const application = new Application();
