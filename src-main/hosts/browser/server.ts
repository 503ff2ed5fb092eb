import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join, normalize, sep } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { ORPCError } from '@orpc/client';
import { Hono, type Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Server } from 'node:http';
import { contentSecurityPolicy } from '../shared/content-security-policy.ts';
import type { EngineSupervisor } from '../shared/engine-supervisor.ts';

const cookieName = 'descry-session';
const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
  json: 'application/json',
};

export interface BrowserHost {
  /** Address with the one-time token: the first visit exchanges it for a cookie. */
  url: string;
  /** Address without the token. */
  origin: string;
  /** A new one-time address, for another window. */
  newUrl(): string;
  close(): Promise<void>;
}

/**
 * Serves the application on the loopback address for one browser on this machine.
 * A random port; a one-time token that the first visit exchanges for a SameSite=Strict cookie; Host
 * and Origin must be the loopback address itself, so a page elsewhere (or a rebound name) gets nothing.
 * @param rendererFolder the built renderer.
 */
export async function startBrowserHost(
  engine: EngineSupervisor,
  rendererFolder: string,
  port = 0,
): Promise<BrowserHost> {
  const session = randomBytes(32).toString('base64url');
  const tokens = new Set<string>();
  let authority = '';

  const app = new Hono();
  app.use(async (context, next) => {
    if (context.req.header('host') !== authority) return context.text('Wrong host.', 421);
    const origin = context.req.header('origin');
    if (origin !== undefined && origin !== `http://${authority}`) return context.text('Wrong origin.', 403);
    await next();
    context.header('Content-Security-Policy', contentSecurityPolicy('browser'));
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
    context.header('Cross-Origin-Opener-Policy', 'same-origin');
    context.header('Cross-Origin-Resource-Policy', 'same-origin');
    return undefined;
  });
  app.get('/enter', (context) => {
    const token = context.req.query('token') ?? '';
    if (!tokens.delete(token))
      return context.text('This address was used already. Start Descry again for a new one.', 403);
    setCookie(context, cookieName, session, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return context.redirect('/');
  });
  app.use(async (context, next) => {
    if (!isSession(getCookie(context, cookieName), session))
      return context.text('Open Descry through the address that it printed.', 403);
    await next();
    return undefined;
  });
  app.get('/crop/:id{[0-9]+}/:kind{original|thumbnail}', async (context) => {
    const kind = context.req.param('kind') === 'original' ? 'original' : 'thumbnail';
    const cropId = Number(context.req.param('id'));
    // A picture asked for while the engine starts again waits for the new one.
    const read = () => engine.ready().then(() => engine.client.host.media({ cropId, kind }));
    try {
      const { bytes, type } = await read().catch((error: unknown) => {
        if (error instanceof ORPCError) throw error;
        return read();
      });
      return context.body(await bytes.arrayBuffer(), 200, {
        'Content-Type': type,
        'Cache-Control': 'private, max-age=3600',
      });
    } catch (error) {
      return error instanceof ORPCError
        ? context.text('No such crop.', 404)
        : context.text('The engine does not answer.', 503);
    }
  });
  app.get('*', (context) => serveFile(context, rendererFolder));

  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  server.on('upgrade', (request, socket, head) => {
    const cookie = /(?:^|;\s*)descry-session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    const allowed =
      request.url === '/rpc' &&
      request.headers.host === authority &&
      request.headers.origin === `http://${authority}` &&
      isSession(cookie, session);
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => relay(webSocket, engine));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  const newUrl = (): string => {
    const token = randomBytes(24).toString('base64url');
    tokens.add(token);
    return `http://${authority}/enter?token=${token}`;
  };
  return {
    url: newUrl(),
    origin: `http://${authority}`,
    newUrl,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Pipes the page's RPC frames to the engine and back; each ends with the other. */
function relay(socket: WebSocket, engine: EngineSupervisor): void {
  const port = engine.connect('renderer');
  port.on('message', ({ data }) => socket.send(data));
  port.on('close', () => socket.close(1012, 'engine'));
  socket.on('message', (data, isBinary) => {
    const bytes = Array.isArray(data)
      ? Buffer.concat(data)
      : data instanceof ArrayBuffer
        ? Buffer.from(data)
        : data;
    port.postMessage(isBinary ? new Uint8Array(bytes) : bytes.toString('utf8'));
  });
  socket.on('close', () => port.close());
  socket.on('error', () => socket.terminate());
}

function isSession(value: string | undefined, session: string): boolean {
  const given = Buffer.from(value ?? '');
  const expected = Buffer.from(session);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** A file of the built renderer; anything that is not one, however it is spelled, is not there. */
async function serveFile(context: Context, folder: string): Promise<Response> {
  try {
    const wanted = normalize(decodeURIComponent(new URL(context.req.url).pathname)).replace(/^[/\\]+/, '');
    const file = join(folder, wanted === '' ? 'index.html' : wanted);
    if (!file.startsWith(folder + sep)) return context.text('No such file.', 404);
    const bytes = await readFile(file);
    const type = types[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    const caching = file.endsWith('.html') ? 'no-store' : 'private, max-age=86400';
    return context.body(new Uint8Array(bytes), 200, { 'Content-Type': type, 'Cache-Control': caching });
  } catch {
    return context.text('No such file.', 404);
  }
}
