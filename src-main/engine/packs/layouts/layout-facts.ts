import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { ModelAccount } from '../schema.ts';
import type { Layout, PictureGrid } from './layout.ts';

const english = new Intl.NumberFormat('en-GB');
/** People in the training part of CUHK-PEDES, as the published code of these systems counts them. */
const cuhkPedes = 11_003;

/** What a person at the screen is told about a checkpoint, measured from shapes. */
export function layoutFacts(
  { tensors }: Pick<Checkpoint, 'tensors'>,
  layout: Omit<Layout, 'facts'>,
  outer: string,
): ModelAccount['facts'] {
  const { image, text, joint, selection, uncertainty } = layout;
  const { grid } = image;
  const used = [...layout.tensors.values()].flatMap(({ names }) => names.map((name) => tensors.get(name)!));
  const numbers = used.reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
  const types = [...new Set(used.map(({ type }) => type))].toSorted();
  const facts = [
    { label: 'Image tower', value: `${layout.architecture}: ${tower(image)}` },
    {
      label: 'Picture',
      value: `${grid.width} x ${grid.height} pixels, ${grid.rows} x ${grid.columns} patches of ${grid.patch} pixels${fromPositions(grid)}`,
    },
    {
      label: 'Text tower',
      value: `${tower(text)}, ${text.maxTokens} tokens of ${english.format(layout.vocabularySize)}`,
    },
    { label: 'Embedding', value: embedding(joint, selection) },
    { label: 'Weights', value: `${english.format(numbers)} numbers, ${types.join(' and ')}` },
  ];
  if (uncertainty !== null)
    facts.push({ label: 'Uncertainty', value: `${uncertainty} logarithms of standard deviations` });
  const people = tensors.get(`${outer}classifier.weight`)?.shape[0];
  if (people !== undefined)
    facts.push({
      label: 'Trained on',
      value: `${english.format(people)} people, by the rows of its classifier${people === cuhkPedes ? ' (as many as CUHK-PEDES has)' : ''}`,
    });
  return facts;
}

function tower({ width, layers, heads }: Layout['text' | 'image']): string {
  return `${width} wide, ${counted(layers, 'block')}, ${counted(heads, 'head')}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** How the grid follows from the number of positions, where that is not plain. */
function fromPositions({ rows, columns, storedRows, storedColumns }: PictureGrid): string {
  if (rows !== storedRows || columns !== storedColumns)
    return ` (positions stretched from ${storedRows} x ${storedColumns})`;
  return rows === columns
    ? ''
    : ` (${rows * columns} positions taken as three times as high as wide, without overlap)`;
}

function embedding(joint: number, selection: number | null): string {
  return selection === null
    ? `${joint} numbers`
    : `${joint} numbers, and ${selection} of selected patches and words`;
}
