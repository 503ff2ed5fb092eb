import type { VerifiedPack } from './pack-files.ts';
import type { ProviderDecision } from './provider-memory.ts';
import type { PackSummary } from './schema.ts';

/** What is known of a pack besides what is in its files. */
export interface PackStanding {
  builtIn: boolean;
  inUse: boolean;
  /** What runs it on this machine; undefined before it was measured. */
  decision?: ProviderDecision | undefined;
}

/** What the outside is told of a pack. */
export function summarisePack(
  { manifest, digest, bytes, folder }: VerifiedPack,
  { builtIn, inUse, decision }: PackStanding,
): PackSummary {
  const { id, version, name, licence, intendedUse, limits, accuracy, provenance, files } = manifest;
  return {
    id,
    version,
    name,
    licence,
    digest,
    bytes,
    dimensions: manifest.embeddings.reduce((sum, { dimensions }) => sum + dimensions, 0),
    builtIn,
    inUse,
    intendedUse,
    limits,
    accuracy,
    provenance,
    files,
    explains: manifest.patches !== undefined,
    path: folder,
    speed: decision ? speedOf(decision) : null,
  };
}

function speedOf({ provider, batch, trials }: ProviderDecision): NonNullable<PackSummary['speed']> {
  const trial = trials.find((tried) => tried.provider === provider);
  return { provider, batch, imagesPerSecond: trial?.imagesPerSecond ?? null };
}
