import type { EmbeddingJob, PackCoverage, PackSummary } from '../../../src-main/api/types.ts';
import { formatBytes, formatCount, formatCounted } from '../../lib/format.ts';

const providers: Record<string, string> = {
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
  cpu: 'CPU',
};

/** `376 crops/s on CPU, 16 at a time`; plain words where nothing has been measured. */
export function describeSpeed(speed: PackSummary['speed']): string {
  if (speed === null) return 'Not measured yet';
  const where = `on ${providers[speed.provider] ?? speed.provider}, ${speed.batch} at a time`;
  if (speed.imagesPerSecond === null) return `Not measured yet, runs ${where}`;
  return `${formatRate(speed.imagesPerSecond)} crops/s ${where}`;
}

/** The rate alone, for lists. */
export function describeRate(speed: PackSummary['speed']): string {
  const rate = speed?.imagesPerSecond ?? null;
  return rate === null ? 'speed not measured yet' : `${formatRate(rate)} crops/s here`;
}

function formatRate(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : formatCount(rate);
}

/** `Has read 400 of 852 crops`. */
export function describeCoverage({ crops, total }: PackCoverage): string {
  if (total === 0) return 'There are no crops in this case yet';
  if (crops === 0) return `Has read none of ${formatCounted(total, 'crop')}`;
  return crops >= total
    ? `Has read all ${formatCounted(total, 'crop')}`
    : `Has read ${formatCount(crops)} of ${formatCounted(total, 'crop')}`;
}

/** Why a pack cannot be removed now; null when it can. */
export function whyItStays(pack: PackSummary, job: EmbeddingJob | null): string | null {
  if (pack.builtIn) return 'It ships with Descry and cannot be removed.';
  if (pack.inUse) return 'It is in use. Use another model first.';
  if (job && job.packId === pack.id && (job.state === 'running' || job.state === 'paused'))
    return 'It is reading this case. Cancel that first.';
  return null;
}

export interface OriginRow {
  label: string;
  value: string;
  /** A SHA-256: shown short, copied whole. */
  isHash: boolean;
}

const originLabels: Record<string, string> = {
  source: 'Source',
  sourceFile: 'Source file',
  file: 'File',
  sha256: 'SHA-256',
  sourceSha256: 'SHA-256 of the source',
  sourceBytes: 'Size of the source',
  vocabularySha256: 'SHA-256 of the vocabulary',
  convertedFrom: 'Converted from',
  kind: 'Kind',
  date: 'Date',
  trainedOn: 'Trained on',
  seed: 'Seed',
};

/**
 * Where a pack comes from, a line each; parts of parts are named with what they are part of.
 * @param provenance as its maker wrote it: any names, any values.
 */
export function describeOrigin(provenance: Record<string, unknown>, within = ''): OriginRow[] {
  return Object.entries(provenance).flatMap(([key, value]): OriginRow[] => {
    const name = originLabels[key] ?? words(key);
    const label = within === '' ? name : `${within}: ${name.toLowerCase()}`;
    if (value === null || value === undefined || value === '') return [];
    if (typeof value === 'object' && !Array.isArray(value))
      return describeOrigin(value as Record<string, unknown>, label);
    const isSize = typeof value === 'number' && /bytes$/i.test(key);
    const text = isSize ? formatBytes(value) : [value].flat().map(written).join(', ');
    return [{ label, value: text, isHash: /^[0-9a-f]{64}$/.test(text) }];
  });
}

function written(value: unknown): string {
  if (typeof value === 'object') return JSON.stringify(value);
  const instant = typeof value === 'string' && /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.]*Z$/.exec(value);
  return instant ? `${instant[1]} ${instant[2]} UTC` : String(value);
}

/** `maskToken` becomes `Mask token`. */
function words(key: string): string {
  const spaced = key
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** `e0e04c51…0ee100`. */
export function shortHash(hash: string): string {
  return `${hash.slice(0, 8)}…${hash.slice(-6)}`;
}
