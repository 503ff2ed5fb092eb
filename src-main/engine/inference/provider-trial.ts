import { parentPort } from 'node:worker_threads';
import { DescryError } from '../errors.ts';
import { measureProvider, type TrialMeasurement, type TrialRequest } from './measure-provider.ts';

/**
 * Entry of a process, or of a thread where no process can be started, that tries one execution
 * provider: a crash or hang of native code ends here.
 */
export type TrialAnswer =
  { ok: true; measurement: TrialMeasurement } | { ok: false; message: string; refused: boolean };

async function answer(request: TrialRequest): Promise<TrialAnswer> {
  try {
    return { ok: true, measurement: await measureProvider(request) };
  } catch (error) {
    const refused = error instanceof DescryError && error.kind === 'pack-refused';
    return { ok: false, message: error instanceof Error ? error.message : String(error), refused };
  }
}

if (parentPort) {
  const port = parentPort;
  port.once(
    'message',
    (request: TrialRequest) => void answer(request).then((reply) => port.postMessage(reply)),
  );
} else if (process.send) {
  process.once('message', (request: TrialRequest) => {
    void answer(request).then((reply) => process.send?.(reply, () => process.exit(0)));
  });
}
