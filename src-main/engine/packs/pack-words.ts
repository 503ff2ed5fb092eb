import type { ModelKind } from './schema.ts';

/** What a kind of model is called, and what is known of every model of that kind. */
export interface KindWords {
  /** As a title, and as part of a sentence. */
  name: string;
  summary: string;
  /** Beginning of the default id. */
  short: string;
}

export const kindWords: Readonly<Record<Exclude<ModelKind, 'pack' | 'exported'>, KindWords>> = {
  rde: {
    name: 'RDE',
    summary:
      'A checkpoint of RDE (robust dual embedding): global and token-selection embeddings, whose cosines are averaged.',
    short: 'rde',
  },
  irra: {
    name: 'IRRA',
    summary:
      'A checkpoint of IRRA or a system built on it: CLIP towers, ranked by the cosine of the global embeddings.',
    short: 'irra',
  },
  sen: {
    name: 'SEN',
    summary: 'A checkpoint of SEN: CLIP towers, ranked by the cosine of the global embeddings.',
    short: 'sen',
  },
  gaussian: {
    name: 'Gaussian heads',
    summary:
      'A checkpoint with a mean and a log-sigma branch: pictures and sentences are distributions, ranked by their expected similarity.',
    short: 'gaussian',
  },
  'person-clip': {
    name: 'Person-trained CLIP',
    summary:
      'A checkpoint of CLIP towers trained for person retrieval (AMNS and others keep nothing else), ranked by the cosine of the global embeddings.',
    short: 'person-clip',
  },
  clip: {
    name: 'CLIP',
    summary:
      'A checkpoint of CLIP as it was published, not trained for person retrieval, ranked by the cosine of the global embeddings.',
    short: 'clip',
  },
};

export const intendedUse =
  'Ranking person crops by a written description, as an investigative lead that a person reviews. Not for identifying anyone, and not for automatic decisions.';

const commonLimits = [
  'Not measured by Descry: measure it on annotated crops like yours ("descry eval") before you rely on it.',
  'How well it works depends on what it was trained on; footage unlike that is harder.',
  'Words for gender, age, skin colour or ethnicity reflect its training captions and are unreliable.',
  'Negation ("no hat") is weakly understood inside a sentence; use phrases to avoid instead.',
  'A high rank is an investigative lead, never an identification.',
];

/** Limits of a model that Descry knows nothing about but its kind. */
export function limitsOf(kind: ModelKind): string[] {
  return kind === 'clip'
    ? [
        'Not trained on people: published figures for untrained CLIP on person retrieval are a small fraction of those of trained systems.',
        ...commonLimits,
      ]
    : commonLimits;
}
