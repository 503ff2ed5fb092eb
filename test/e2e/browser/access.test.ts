import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { join } from 'node:path';
import { startBrowserHost, type BrowserHost } from '../../../src-main/hosts/browser/server.ts';
import { applicationRoot, engineStartFor } from '../../../src-main/hosts/shared/application.ts';
import { EngineSupervisor } from '../../../src-main/hosts/shared/engine-supervisor.ts';
import { privateFolders } from '../../support/application.ts';

let engine: EngineSupervisor;
let host: BrowserHost;
const folders = privateFolders();

beforeAll(async () => {
  engine = new EngineSupervisor({
    ...engineStartFor('the tests'),
    dataFolder: folders.data,
    casesFolder: folders.cases,
  });
  await engine.start();
  host = await startBrowserHost(engine, join(applicationRoot(), 'dist', 'renderer'));
});

afterAll(async () => {
  await host.close();
  await engine.stop();
  folders.remove();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
}

function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    request.on('error', reject);
    request.end();
  });
}

async function enter(): Promise<string> {
  const { headers } = await ask(host.newUrl());
  return String(headers['set-cookie']).split(';')[0]!;
}

function socketStatus(headers: Record<string, string>): Promise<number | 'open'> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${host.origin.replace('http', 'ws')}/rpc`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
}

describe('who may reach the browser host', () => {
  it('listens on the loopback address only', () => {
    expect(new URL(host.url).hostname).toBe('127.0.0.1');
  });

  it('exchanges a token once, for a strict and script-proof cookie', async () => {
    const url = host.newUrl();
    const first = await ask(url);
    expect(first.status).toBe(302);
    expect(first.headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await ask(url)).status).toBe(403);
  });

  it('gives nothing without the cookie, and the page with a policy with it', async () => {
    expect((await ask(`${host.origin}/`)).status).toBe(403);
    expect((await ask(`${host.origin}/`, { cookie: 'descry-session=guess' })).status).toBe(403);
    const page = await ask(`${host.origin}/`, { cookie: await enter() });
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('refuses other names of this machine and other origins', async () => {
    const cookie = await enter();
    expect((await ask(`${host.origin}/`, { cookie, host: 'localhost.evil.example' })).status).toBe(421);
    expect((await ask(`${host.origin}/`, { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect(await socketStatus({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await socketStatus({ origin: host.origin })).toBe(403);
    expect(await socketStatus({ cookie, origin: host.origin })).toBe('open');
  });

  it.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '/%00',
    '/%zz',
  ])('does not serve %s', async (path) => {
    const { status } = await ask(`${host.origin}${path}`, { cookie: await enter() });
    expect([400, 404]).toContain(status);
  });

  it('serves crops by id only, and none without a case', async () => {
    const cookie = await enter();
    for (const path of ['/crop/1/original', '/crop/1/other', '/crop/../1/original', '/crop/1e3/thumbnail']) {
      expect((await ask(`${host.origin}${path}`, { cookie })).status).toBe(404);
    }
  });
});
