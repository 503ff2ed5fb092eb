import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import net from 'node:net';

/**
 * Writes down, and refuses, every attempt of this process to reach another machine. Loaded with
 * `--import` into the main process and into the engine.
 */
const record = process.env['STAND_IN_NETWORK_LOG'];

function refuse(what: string): never {
  if (record !== undefined) appendFileSync(record, `${process.pid} ${what}\n`);
  throw Object.assign(new Error(`the network is closed: ${what}`), { code: 'ENETUNREACH' });
}

function isHere(host: string | undefined): boolean {
  return host === undefined || ['localhost', '127.0.0.1', '::1'].includes(host);
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (this: net.Socket, ...input: unknown[]) {
  const [first] = Array.isArray(input[0]) ? (input[0] as unknown[]) : input;
  const options =
    typeof first === 'object' && first !== null
      ? (first as { host?: string; path?: string; port?: number })
      : {};
  const host =
    options.host ?? (typeof first === 'number' && typeof input[1] === 'string' ? input[1] : undefined);
  if (options.path === undefined && !isHere(host)) refuse(`connect ${host}:${options.port}`);
  return Reflect.apply(connect, this, input) as net.Socket;
};

const lookup = dns.lookup;
dns.lookup = Object.assign((host: string, ...rest: unknown[]) => {
  if (!isHere(host)) refuse(`look up ${host}`);
  Reflect.apply(lookup, dns, [host, ...rest]);
}, lookup) as typeof dns.lookup;

dgram.Socket.prototype.send = () => refuse('datagram');
