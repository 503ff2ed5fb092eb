import { parentPort } from 'node:worker_threads';
import { toDescryError } from '../../errors.ts';
import { ImageRejection } from '../image-rejection.ts';
import { StageClock } from '../progress-meter.ts';
import { LocalPictures } from './local-pictures.ts';
import type { PictureAnswer, PictureRequest, PictureResult } from './picture-messages.ts';
import type { OpenedPicture } from './pictures.ts';

/**
 * Entry of a thread that reads, hashes, decodes and copies pictures: the engine's own thread has the
 * case's database to look after, and what is thrown away here is cheap to collect.
 */
const port = parentPort;
const clock = new StageClock();
const opened = new Map<number, OpenedPicture>();
let pictures: Promise<LocalPictures> | undefined;

async function work(request: PictureRequest): Promise<PictureResult> {
  if (request.type === 'begin') {
    opened.clear();
    pictures = LocalPictures.create(request.settings, clock);
    await pictures;
    return null;
  }
  if (request.type === 'open') {
    if (!pictures) throw new Error('no import was begun');
    const { picture, path, plan } = request;
    const { sourceKey, sha256 } = await opening(picture, (await pictures).open(path, plan));
    return { sourceKey, sha256 };
  }
  const picture = opened.get(request.picture);
  // An error or a new import has let it go.
  if (!picture) throw new Error(`picture ${request.picture} is not open`);
  if (request.type === 'cut') {
    const cut = await picture.cut().catch((error: unknown) => {
      opened.delete(request.picture);
      throw error;
    });
    return cut;
  }
  opened.delete(request.picture);
  if (request.type === 'read') return picture.read(request.pixels);
  if (request.type === 'keep') return picture.keep(request.extension);
  return null;
}

async function opening(number: number, pending: Promise<OpenedPicture>): Promise<OpenedPicture> {
  const picture = await pending;
  opened.set(number, picture);
  return picture;
}

async function answer(request: PictureRequest): Promise<void> {
  const { id } = request;
  let message: PictureAnswer;
  try {
    const result = await work(request);
    message = { id, times: clock.take(), kind: 'result', result };
  } catch (error) {
    const times = clock.take();
    if (error instanceof ImageRejection) message = { id, times, kind: 'rejected', problem: error.problem };
    else {
      const { kind, message: text, detail } = toDescryError(error);
      const facts = JSON.parse(JSON.stringify(detail)) as typeof detail;
      message = { id, times, kind: 'failed', error: { kind, message: text, detail: facts } };
    }
  }
  port?.postMessage(message);
}

port?.on('message', (request: PictureRequest) => void answer(request));
