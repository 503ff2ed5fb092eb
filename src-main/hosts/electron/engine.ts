import { EventEmitter } from 'node:events';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import {
  MessageChannelMain,
  utilityProcess,
  type MessagePortMain,
  type UtilityProcess,
  type WebContents,
} from 'electron';
import type { Logger } from 'pino';
import type { HostClient } from '../../api/contract.ts';
import type { EngineNotice, EngineRole, EngineStart } from '../shared/engine-start.ts';
import type { KeyStoreQuestion } from '../shared/key-store-messages.ts';
import { RestartPolicy } from '../shared/restart-policy.ts';
import type { ElectronKeyStore } from './key-store.ts';

/** Name of the engine's process, in the system's task list and in `app.getAppMetrics()`. */
const engineServiceName = 'Descry engine';

/** How long a closing engine may take before it is ended, in milliseconds. */
const patienceMs = 10_000;

interface EngineEvents {
  /** A case was opened or closed. */
  case: [path: string | null];
  /** It died of its own and is started again. */
  restarting: [code: number];
  /** It keeps dying; nothing happens until `retry`. */
  gaveUp: [code: number];
}

/**
 * The engine in a utility process: the page and this process talk to it through message ports of
 * their own. When it dies it is started again with the case that was open, and the page gets a new port.
 */
export class EngineProcess extends EventEmitter<EngineEvents> {
  readonly #entry: string;
  readonly #start: EngineStart;
  readonly #log: Logger;
  readonly #keyStore: Pick<ElectronKeyStore, 'receive'>;
  readonly #policy = new RestartPolicy();
  #child: UtilityProcess | undefined;
  #gone = new AbortController();
  #ready = Promise.withResolvers<undefined>();
  #client: HostClient | undefined;
  #page: WebContents | undefined;
  #casePath: string | null = null;
  #stopping: Promise<void> | undefined;

  /**
   * @param entry path of the built engine process.
   * @param start what it starts with.
   * @param keyStore answers what the engine asks the operating system's key store.
   */
  constructor(entry: string, start: EngineStart, log: Logger, keyStore: Pick<ElectronKeyStore, 'receive'>) {
    super();
    this.#entry = entry;
    this.#start = start;
    this.#log = log;
    this.#keyStore = keyStore;
  }

  get casePath(): string | null {
    return this.#casePath;
  }

  /** Ends when the running engine does: calls to it cannot be answered any more. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Starts the engine. Does not wait: ports that are handed out before it is ready follow then. */
  start(): void {
    const env = { ...process.env };
    delete env['NODE_OPTIONS'];
    const child = utilityProcess.fork(
      this.#entry,
      [JSON.stringify({ ...this.#start, restoreCase: this.#casePath })],
      {
        serviceName: engineServiceName,
        env,
        execArgv: [],
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    this.#child = child;
    this.#gone = new AbortController();
    this.#ready = Promise.withResolvers();
    const ready = this.#ready;
    child.on('message', (notice: EngineNotice) => {
      if (notice.type === 'ready') {
        this.#log.info({ enginePid: child.pid }, 'engine ready');
        ready.resolve(undefined);
      } else if (notice.type === 'key-store') {
        void this.#answerKeyStore(child, notice);
      } else {
        this.#casePath = notice.path;
        this.emit('case', notice.path);
      }
    });
    // What native libraries complain about before they die; the stream is there once the process is.
    child.once('spawn', () => {
      child.stderr?.on('data', (text: Buffer) =>
        this.#log.warn({ stderr: text.toString('utf8').slice(0, 4000) }, 'engine'),
      );
    });
    child.on('error', (type, location) => this.#log.error({ type, location }, 'engine error'));
    child.on('exit', (code) => this.#exited(code));
  }

  /** Starts it again after it was given up. */
  retry(): void {
    this.#policy.reset();
    this.#restart();
  }

  /** Gives the page its port as soon as the engine is ready, and a new one after every restart. */
  async connectPage(page: WebContents): Promise<void> {
    this.#page = page;
    // Between a death and the restart there is nobody to connect to; the restart calls again.
    if (this.#gone.signal.aborted) return;
    const child = this.#child;
    await this.#ready.promise;
    // Another engine or another page came meanwhile: their own call serves them.
    if (child !== this.#child || page !== this.#page || page.isDestroyed()) return;
    page.postMessage('descry:engine-port', null, [this.#connect('renderer')]);
  }

  /** The main process's own client, renewed after a restart. */
  get client(): HostClient {
    if (!this.#client) {
      const port = this.#connect('host');
      this.#client = createORPCClient<HostClient>(new RPCLink({ port }));
      port.start();
    }
    return this.#client;
  }

  /** Lets the engine finish and close the case; one that does not answer is ended after ten seconds. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    if (!child || this.#gone.signal.aborted) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const patience = AbortSignal.timeout(patienceMs);
    await this.client.host.shutdown(undefined, { signal: patience }).catch((error: unknown) => {
      if (!this.#gone.signal.aborted)
        this.#log.warn({ err: error }, 'the engine did not shut down by itself');
    });
    child.kill();
    await exited;
  }

  async #answerKeyStore(child: UtilityProcess, question: KeyStoreQuestion): Promise<void> {
    const reply = await this.#keyStore.receive(question);
    if (!reply) return;
    child.postMessage(reply);
    // It was copied into the message.
    if ('bytes' in reply.answer) reply.answer.bytes.fill(0);
  }

  #connect(role: EngineRole): MessagePortMain {
    const { port1, port2 } = new MessageChannelMain();
    this.#child?.postMessage({ type: 'connect', role }, [port1]);
    return port2;
  }

  #exited(code: number): void {
    this.#gone.abort();
    this.#client = undefined;
    if (this.#stopping) return;
    const delay = this.#policy.next(Date.now());
    this.#log.error({ code, delay }, 'the engine ended unexpectedly');
    if (delay === null) {
      this.emit('gaveUp', code);
      return;
    }
    this.emit('restarting', code);
    setTimeout(() => this.#restart(), delay);
  }

  #restart(): void {
    if (this.#stopping) return;
    this.start();
    if (this.#page && !this.#page.isDestroyed()) void this.connectPage(this.#page);
  }
}
