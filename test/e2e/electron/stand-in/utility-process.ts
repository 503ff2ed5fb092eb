import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { TransferredPorts, type MessagePortMain } from './message-ports.ts';
import type { ToChild, ToParent } from './parent-port.ts';

interface ForkOptions {
  env?: NodeJS.ProcessEnv;
  serviceName?: string;
  execArgv?: string[];
  stdio?: ('ignore' | 'pipe' | 'inherit')[];
}

/** A utility process as a plain Node child. */
class UtilityProcess extends EventEmitter<{
  message: [unknown];
  exit: [number];
  spawn: [];
  error: [string, string, string];
}> {
  readonly serviceName: string;
  readonly stderr: Readable | null;
  readonly #child: ChildProcess;
  readonly #ports: TransferredPorts;

  constructor(entry: string, options: ForkOptions, input: string[]) {
    super();
    this.serviceName = options.serviceName ?? 'Node Utility Process';
    const shim = fileURLToPath(new URL('parent-port.ts', import.meta.url));
    const [, out = 'inherit', error = 'inherit'] = options.stdio ?? [];
    this.#child = fork(entry, input, {
      execArgv: ['--import', shim, ...(options.execArgv ?? [])],
      env: options.env ?? process.env,
      serialization: 'advanced',
      stdio: ['ignore', out, error, 'ipc'],
    });
    this.stderr = this.#child.stderr;
    this.#ports = new TransferredPorts((frame) => this.#send(frame));
    this.#child.on('spawn', () => this.emit('spawn'));
    this.#child.on('message', (frame: ToParent) => {
      if ('message' in frame) this.emit('message', frame.message);
      else if ('data' in frame) this.#ports.received(frame.id, frame.data);
      else this.#ports.closed(frame.id);
    });
    this.#child.on('exit', (code) => {
      running.delete(this);
      this.#ports.closeAll();
      this.emit('exit', code ?? 1);
    });
    running.add(this);
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  postMessage(message: unknown, transfer: MessagePortMain[] = []): void {
    const ports = transfer.map((port) => this.#ports.add(port));
    this.#send({ message, ports });
    for (const id of ports) this.#ports.open(id);
  }

  kill(): boolean {
    return this.#child.kill();
  }

  #send(frame: ToChild): void {
    if (this.#child.connected) this.#child.send(frame);
  }
}

const running = new Set<UtilityProcess>();

/** The utility processes of the moment, for `app.getAppMetrics()`. */
export function utilityProcesses(): { pid: number; name: string }[] {
  return [...running].flatMap(({ pid, serviceName }) =>
    pid === undefined ? [] : [{ pid, name: serviceName }],
  );
}

export const utilityProcess = {
  fork: (entry: string, input: string[] = [], options: ForkOptions = {}) =>
    new UtilityProcess(entry, options, input),
};
