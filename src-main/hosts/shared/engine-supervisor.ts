import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { HostClient } from '../../api/contract.ts';
import { applicationRoot } from './application.ts';
import { ChannelPort } from './channel-port.ts';
import type { ChannelFrame, EngineNotice, EngineRole, EngineStart } from './engine-start.ts';
import { RestartPolicy } from './restart-policy.ts';

interface SupervisorEvents {
  /** The engine died of its own; `restarting` says whether another is on its way. */
  died: [{ code: number | null; signal: NodeJS.Signals | null; restarting: boolean }];
  restarted: [];
}

/**
 * Runs the engine as a child process and hands out connections to it. When it dies it is started
 * again with the case that was open, unless it keeps dying; all connections end with it.
 */
export class EngineSupervisor extends EventEmitter<SupervisorEvents> {
  readonly #start: EngineStart;
  readonly #entry: string;
  readonly #policy = new RestartPolicy();
  readonly #ports = new Map<number, ChannelPort>();
  #child: ChildProcess | undefined;
  #ready: Promise<void> = Promise.resolve();
  #nextChannel = 1;
  #casePath: string | null = null;
  #stopping = false;
  #client: HostClient | undefined;

  /** @param entry the built engine process. */
  constructor(start: EngineStart, entry = join(applicationRoot(), 'dist', 'engine', 'process.js')) {
    super();
    this.#start = start;
    this.#entry = entry;
  }

  /** Starts the engine; resolves when it answers. */
  start(): Promise<void> {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = fork(this.#entry, [JSON.stringify({ ...this.#start, restoreCase: this.#casePath })], {
      serialization: 'advanced',
      env,
      execArgv: [],
    });
    this.#child = child;
    this.#ready = new Promise((resolve, reject) => {
      child.on('message', (message: ChannelFrame | EngineNotice) => {
        if (message.type === 'ready') resolve();
        else if (message.type === 'case') this.#casePath = message.path;
        else if (message.type === 'data') this.#ports.get(message.channel)?.receive(message.data);
        else if (message.type === 'disconnect') this.#ports.get(message.channel)?.ended();
      });
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        reject(new Error(`the engine ended (${signal ?? code})`));
        this.#exited(code, signal);
      });
    });
    this.#ready.catch(() => undefined);
    return this.#ready;
  }

  /** Resolves when an engine answers: at once, or after the restart under way. Rejects when none will come. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /**
   * A new connection; it ends when the engine does, and at once when there is none at present. Frames
   * sent before the engine is ready wait in its pipe.
   */
  connect(role: EngineRole): ChannelPort {
    const channel = this.#nextChannel++;
    const port = new ChannelPort(channel, (frame) => this.#send(frame));
    this.#ports.set(channel, port);
    port.on('close', () => this.#ports.delete(channel));
    if (this.#child?.connected) this.#send({ type: 'connect', channel, role });
    else queueMicrotask(() => port.ended());
    return port;
  }

  /** The host's own client, renewed after a restart. */
  get client(): HostClient {
    if (!this.#client) {
      const port = this.connect('host');
      port.on('close', () => (this.#client = undefined));
      this.#client = createORPCClient<HostClient>(new RPCLink({ port }));
    }
    return this.#client;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Closes the case and ends the engine; a hung one is killed after ten seconds. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || this.#stopping) return;
    this.#stopping = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await Promise.race([this.client.host.shutdown().catch(() => undefined), exited]);
    if (child.connected) child.disconnect();
    await exited;
    clearTimeout(patience);
  }

  #send(frame: ChannelFrame): void {
    if (this.#child?.connected) this.#child.send(frame);
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    for (const port of [...this.#ports.values()]) port.ended();
    this.#ports.clear();
    if (this.#stopping) return;
    const delay = this.#policy.next(Date.now());
    this.emit('died', { code, signal, restarting: delay !== null });
    if (delay === null) return;
    const restarted = new Promise<void>((resolve) => setTimeout(resolve, delay)).then(() => {
      if (this.#stopping) throw new Error('Descry is ending');
      return this.start();
    });
    this.#ready = restarted;
    restarted.then(
      () => this.emit('restarted'),
      () => undefined,
    );
  }
}
