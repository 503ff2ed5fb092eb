import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Checks a bag by RFC 8493, strictly and from its text alone: nothing of Descry's own code is used here.
 * Each sentence of the result is something that a validator must refuse, with the section that says so.
 */
export function bagProblems(bag: string): string[] {
  const problems: string[] = [];
  const text = (name: string): string => readFileSync(join(bag, name), 'utf8');
  const top = readdirSync(bag);

  // 2.1.1: exactly two lines, this order, UTF-8 without a byte order mark.
  if (!/^BagIt-Version: \d+\.\d+\nTag-File-Character-Encoding: \S+\n$/.test(text('bagit.txt')))
    problems.push('2.1.1: bagit.txt has not the two lines');
  if (!text('bagit.txt').startsWith('BagIt-Version: 1.0\n')) problems.push('2.1.1: not version 1.0');

  // 2.1.2: the payload lies in data/; 2.1.3: at least one payload manifest.
  if (!top.includes('data') || !lstatSync(join(bag, 'data')).isDirectory()) problems.push('2.1.2: no data/');
  const manifests = top.filter((name) => /^manifest-[a-z0-9]+\.txt$/.test(name));
  if (manifests.length === 0) problems.push('2.1.3: no payload manifest');
  const tagManifests = top.filter((name) => /^tagmanifest-[a-z0-9]+\.txt$/.test(name));

  const files = readdirSync(bag, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(bag.length + 1)
        .replaceAll('\\', '/'),
    );
  const payload = files.filter((name) => name.startsWith('data/'));

  for (const manifest of [...manifests, ...tagManifests]) {
    const [, algorithm = ''] = /manifest-([a-z0-9]+)\.txt$/.exec(manifest) ?? [];
    const content = text(manifest);
    if (content !== '' && !content.endsWith('\n')) problems.push(`2.1.3: ${manifest} ends within a line`);
    const listed = new Set<string>();
    for (const line of content.split('\n').slice(0, -1)) {
      const [, digest, written] = /^([0-9a-f]+)[ \t]+(?!\*)(\S.*)$/.exec(line) ?? [];
      if (digest === undefined || written === undefined) {
        problems.push(`2.1.3: ${manifest} has the line ${line}`);
        continue;
      }
      const path = written.replace(/%0A/gi, '\n').replace(/%0D/gi, '\r').replace(/%25/g, '%');
      if (/^[/~]|(^|\/)\.\.(\/|$)/.test(path)) problems.push(`2.1.3: ${manifest} names ${path}`);
      if (listed.has(path)) problems.push(`2.1.3: ${manifest} lists ${path} twice`);
      listed.add(path);
      const isPayload = path.startsWith('data/');
      if (isPayload !== manifests.includes(manifest)) problems.push(`2.2.1: ${manifest} lists ${path}`);
      if (!files.includes(path)) problems.push(`3: ${path} of ${manifest} is not there`);
      else if (
        createHash(algorithm)
          .update(readFileSync(join(bag, path)))
          .digest('hex') !== digest
      )
        problems.push(`3: ${path} has another ${algorithm} than ${manifest} says`);
    }
    // 3: complete is a bag whose every payload file is listed in every payload manifest.
    if (manifests.includes(manifest))
      for (const path of payload)
        if (!listed.has(path)) problems.push(`3: ${manifest} does not list ${path}`);
    // 2.2.1: a tag manifest lists the payload manifests and never itself.
    if (tagManifests.includes(manifest)) {
      for (const name of manifests) if (!listed.has(name)) problems.push(`2.2.1: ${manifest} lacks ${name}`);
      if (tagManifests.some((name) => listed.has(name)))
        problems.push(`2.2.1: ${manifest} lists a tag manifest`);
    }
  }

  // 2.2.2: labels, a colon, one blank; Payload-Oxum is octets.count.
  for (const line of text('bag-info.txt').split('\n').slice(0, -1))
    if (!/^[^\s:][^:]*: \S/.test(line)) problems.push(`2.2.2: bag-info.txt has the line ${line}`);
  const oxum = /^Payload-Oxum: (\d+)\.(\d+)$/m.exec(text('bag-info.txt'));
  const octets = payload.reduce((sum, name) => sum + lstatSync(join(bag, name)).size, 0);
  if (oxum?.[1] !== `${octets}` || oxum[2] !== `${payload.length}`)
    problems.push('2.2.2: Payload-Oxum is false');
  if (!/^Bagging-Date: \d{4}-\d\d-\d\d$/m.test(text('bag-info.txt')))
    problems.push('2.2.2: Bagging-Date is none');
  if (top.includes('fetch.txt')) problems.push('2.2.3: it waits for files from elsewhere');
  return problems;
}
