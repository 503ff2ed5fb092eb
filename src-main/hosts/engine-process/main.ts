import { RPCHandler } from '@orpc/server/message-port';
import { createRouter } from '../../api/router.ts';
import { Engine } from '../../engine/engine.ts';
import { ChannelPort } from '../shared/channel-port.ts';
import {
  engineStart,
  type ChannelFrame,
  type EngineNotice,
  type EngineRole,
} from '../shared/engine-start.ts';
import { openLog } from '../shared/log.ts';
import { RemoteKeyStore } from './remote-key-store.ts';

/**
 * The engine's own process: a utility process of Electron, or a child of the browser host or the
 * command line. A crash of native code ends this process and nothing else.
 */
const start = engineStart.parse(JSON.parse(process.argv[2] ?? '{}'));
const log = openLog(start.dataFolder, 'engine');
/** Electron's utility processes have a parent port; Node's types do not know it. */
interface ParentPort {
  on(
    event: 'message',
    listener: (event: {
      data: { type: 'connect'; role: EngineRole } | { type: 'key-store' };
      ports: (Parameters<RPCHandler<object>['upgrade']>[0] & { start(): void })[];
    }) => void,
  ): void;
  postMessage(message: EngineNotice): void;
}
const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;

/** Electron's main process owns the system's key store; other parents have none to offer. */
const keyStore = parentPort && new RemoteKeyStore((question) => notify(question));
const engine = new Engine({ ...start, keyStore });
const { host, ...renderer } = createRouter(engine, log);
const handlers: Record<EngineRole, RPCHandler<object>> = {
  renderer: new RPCHandler(renderer),
  host: new RPCHandler({ ...renderer, host }),
};

function notify(notice: EngineNotice): void {
  if (parentPort) parentPort.postMessage(notice);
  else process.send?.(notice);
}

function listenToElectron(port: ParentPort): void {
  port.on('message', ({ data, ports }) => {
    if (data.type === 'key-store') return keyStore?.receive(data);
    const connection = ports[0];
    if (data.type !== 'connect' || !connection) return;
    handlers[data.role].upgrade(connection, { context: {} });
    connection.start();
  });
}

function listenToParent(): void {
  const channels = new Map<number, ChannelPort>();
  process.on('message', (frame: ChannelFrame) => {
    if (frame.type === 'connect') {
      const port = new ChannelPort(frame.channel, (out) => process.send?.(out));
      channels.set(frame.channel, port);
      handlers[frame.role].upgrade(port, { context: {} });
      return;
    }
    const port = channels.get(frame.channel);
    if (frame.type === 'data') port?.receive(frame.data);
    else {
      channels.delete(frame.channel);
      port?.ended();
    }
  });
  // The parent is gone: close the case properly instead of being left behind.
  process.on('disconnect', () => void engine.shutdown().finally(() => process.exit(0)));
  // Ctrl+C in a terminal reaches this process too; the parent decides and asks for a shutdown.
  process.on('SIGINT', () => undefined);
}

process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'uncaught');
  process.exit(70);
});
process.on('unhandledRejection', (error) => {
  log.fatal({ err: error }, 'unhandled rejection');
  process.exit(70);
});

engine.listen((event) => {
  if (event.type === 'case') notify({ type: 'case', path: event.case?.path ?? null });
});
if (parentPort) listenToElectron(parentPort);
else listenToParent();

if (start.restoreCase !== null) {
  await engine.openCase(start.restoreCase).catch((error: unknown) => {
    log.error({ err: error }, 'the case could not be opened again');
    engine.emit({
      type: 'notice',
      severity: 'error',
      message: 'The case could not be opened again after the engine restarted.',
    });
  });
}
notify({ type: 'ready' });
log.info({ version: start.version, pid: process.pid, node: process.version }, 'engine ready');
