import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol, type Session } from 'electron';
import type { Logger } from 'pino';
import type { HostClient } from '../../api/contract.ts';
import { cropScheme, pageScheme, parseCropUrl } from './page-address.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Must run before the application is ready. */
export function registerSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: pageScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
    // Not "standard": Chromium would read the id in the host's place as an IPv4 address.
    { scheme: cropScheme, privileges: { secure: true } },
  ]);
}

/**
 * The file of the built renderer that an address names.
 * @param folder absolute path of the built renderer.
 * @returns undefined for anything outside that folder.
 */
export function rendererFile(folder: string, url: string): string | undefined {
  const address = URL.parse(url);
  if (address?.protocol !== `${pageScheme}:` || address.host !== 'descry') return undefined;
  let path: string;
  try {
    path = decodeURIComponent(address.pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0')) return undefined;
  const file = join(folder, normalize(path === '/' ? '/index.html' : path));
  return file.startsWith(folder + sep) && extname(file) in types ? file : undefined;
}

/** Answers `app://descry/…` from the built renderer, every answer under the content security policy. */
export function servePage(session: Session, folder: string, policy: string): void {
  session.protocol.handle(pageScheme, async (request) => {
    const headers = {
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'no-cache',
    };
    const file = request.method === 'GET' ? rendererFile(folder, request.url) : undefined;
    const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined);
    if (file === undefined || bytes === undefined)
      return new Response('No such file.', { status: 404, headers });
    return new Response(new Uint8Array(bytes), {
      headers: { ...headers, 'Content-Type': types[extname(file)] ?? '' },
    });
  });
}

/** What the crops' protocol needs of the engine: its client of the moment, and when that one ends. */
export interface MediaSource {
  readonly client: Pick<HostClient, 'host'>;
  readonly gone: AbortSignal;
}

/** Answers `crop://<id>/original|thumbnail` of the open case, and nothing else. */
export function serveCrops(session: Session, engine: MediaSource, log: Logger): void {
  session.protocol.handle(cropScheme, async (request) => {
    const address = request.method === 'GET' ? parseCropUrl(request.url) : undefined;
    if (address === undefined) return notFound();
    try {
      const { bytes, type } = await engine.client.host.media(address, { signal: engine.gone });
      return new Response(await bytes.arrayBuffer(), {
        headers: {
          'Content-Type': type,
          'X-Content-Type-Options': 'nosniff',
          // Ids begin anew in the next case.
          'Cache-Control': 'no-store',
        },
      });
    } catch (error) {
      log.debug({ cropId: address.cropId, err: error }, 'picture not served');
      return notFound();
    }
  });
}

function notFound(): Response {
  return new Response('No such crop.', { status: 404 });
}
