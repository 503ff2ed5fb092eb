import type { PackManifest } from '../inference/schema.ts';

export const cardName = 'MODEL_CARD.md';

/** The page that goes with a pack made from somebody's files: where it is from, how it ranks, what is not known. */
export function modelCard(
  manifest: Pick<
    PackManifest,
    | 'name'
    | 'id'
    | 'version'
    | 'licence'
    | 'intendedUse'
    | 'limits'
    | 'provenance'
    | 'embeddings'
    | 'image'
    | 'text'
  >,
  facts: readonly { label: string; value: string }[],
): string {
  const { image, text, embeddings } = manifest;
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');
  return `# ${manifest.name}

${manifest.id} ${manifest.version}, licence: ${manifest.licence}

## Use
${manifest.intendedUse}

## Origin
${list(Object.entries(manifest.provenance).map(([label, value]) => `${label}: ${String(value)}`))}

## What it is
${list([
  ...facts.map(({ label, value }) => `${label}: ${value}`),
  `Pictures: ${image.width} x ${image.height}, ${image.resize}${image.crop ? ', middle cut out' : ', stretched'}`,
  `Sentences: at most ${text.maxTokens} tokens`,
  ...embeddings.map(
    ({ name, dimensions, weight }) =>
      `Embedding "${name}": ${dimensions} numbers, weight ${weight} in the score`,
  ),
])}

## Accuracy
Not measured. \`descry eval --pack ${manifest.id}\` measures it on annotated crops.

## Limits
${list(manifest.limits)}
`;
}
