import { existsSync, readFileSync } from 'node:fs';

interface Record {
  constants: { logEventTypes: { [name: string]: number } };
  events: { type: number; params?: { host?: string; address?: string } }[];
}

/**
 * What Chromium's own record of its network says about other machines: names that it asked for and
 * addresses that it tried to connect to. A connected UDP socket alone sends nothing: Chromium looks in
 * that way whether the machine has an IPv6 route.
 */
export function reachedByChromium(file: string): string[] {
  const { constants, events } = JSON.parse(readFileSync(file, 'utf8')) as Record;
  const names = new Map(Object.entries(constants.logEventTypes).map(([name, type]) => [type, name]));
  const reached: string[] = [];
  for (const { type, params } of events) {
    const name = names.get(type) ?? '';
    // The switch that maps every name to "~notfound" leaves that name in the record.
    if (
      name === 'HOST_RESOLVER_MANAGER_REQUEST' &&
      params?.host !== undefined &&
      !/^(https?:\/\/)?~notfound/.test(params.host)
    )
      reached.push(`look up ${params.host}`);
    if (name === 'TCP_CONNECT_ATTEMPT' && params?.address !== undefined)
      reached.push(`connect ${params.address}`);
    if (name === 'UDP_BYTES_SENT') reached.push(`datagram ${params?.address ?? ''}`);
  }
  return reached;
}

/** What the main process and the engine tried to reach, as the stand-in's guard wrote it down. */
export function reachedByNode(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}
