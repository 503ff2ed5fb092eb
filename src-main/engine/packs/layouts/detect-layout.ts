import { DescryError } from '../../errors.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Activation, ModelKind } from '../schema.ts';
import { layoutFacts } from './layout-facts.ts';
import type { Layout } from './layout.ts';
import { leftOut } from './left-out.ts';
import { pictureGrid } from './picture-grid.ts';
import { blockPrefix, findNaming, hasTextTower, personPrefix, type Naming } from './tensor-names.ts';
import { TowerReader } from './tower-reader.ts';
import { branches, towerTensors } from './tower-tensors.ts';
import { noImageTower, noTextTower, refuseOtherArchitectures } from './unsupported.ts';

export type { Layout } from './layout.ts';

/** What is looked at: names, shapes and types, never the numbers. */
export type DescribedCheckpoint = Pick<Checkpoint, 'tensors' | 'scalars' | 'others' | 'format'>;

/**
 * Decides from names and shapes what a checkpoint is and whether its two towers are complete.
 * @throws DescryError `unsupported` that names the reason: another architecture, a tower or tensors
 * missing, shapes that do not fit together.
 */
export function detectLayout(checkpoint: DescribedCheckpoint): Layout {
  const names = new Set(checkpoint.tensors.keys());
  refuseOtherArchitectures(names);
  const naming = findNaming(names);
  if (!naming) throw noImageTower(hasTextTower(names));
  if (naming.textPrefix === null) throw noTextTower();
  const tower = new TowerReader(checkpoint.tensors, naming);
  const lineage = detectLineage(names, naming);
  const sizes = readSizes(tower, lineage);
  const { storedRows, storedColumns } = sizes.image.grid;
  const kind = lineage === 'clip' && storedRows !== storedColumns ? 'person-clip' : lineage;
  const tensors = tower.sources(towerTensors({ kind, ...sizes }));
  const used = new Set([...tensors.values()].flatMap((source) => source.names));
  refuseUnknownBlocks(names, used, naming);
  const layout = {
    kind,
    architecture: architectureName(sizes.image),
    ...sizes,
    usesMaskToken: naming.imagePrefix.endsWith(personPrefix),
    activation: detectActivation(checkpoint, naming),
    tensors,
    leftOut: leftOut(checkpoint, used, naming.outer),
  };
  return { ...layout, facts: layoutFacts(checkpoint, layout, naming.outer) };
}

function detectLineage(names: ReadonlySet<string>, { imagePrefix, outer }: Naming): ModelKind {
  const has = (name: string): boolean => names.has(outer + name);
  if (has('visul_emb_layer.fc.weight')) return 'rde';
  if ([...names].some((name) => name.startsWith(imagePrefix) && name.includes(`.${branches.logSigma}.`)))
    return 'gaussian';
  if (has('decoder_pred.weight') || has('decoder_embed.weight')) return 'sen';
  if (has('mlm_head.fc.weight')) return 'irra';
  return imagePrefix.endsWith(personPrefix) ? 'person-clip' : 'clip';
}

/** QuickGELU is what OpenAI's models and all that grew from them use; other files do not say. */
function detectActivation(checkpoint: DescribedCheckpoint, naming: Naming): Activation | null {
  const openAi =
    checkpoint.format === 'torchscript' ||
    checkpoint.tensors.has('input_resolution') ||
    checkpoint.scalars.has('input_resolution');
  return openAi || naming.imagePrefix.endsWith(personPrefix) ? 'quickgelu' : null;
}

type Sizes = Pick<Layout, 'image' | 'text' | 'joint' | 'selection' | 'uncertainty' | 'vocabularySize'>;

function readSizes(tower: TowerReader, lineage: ModelKind): Sizes {
  const gaussian = lineage === 'gaussian';
  const [width, channels, patch, across] = tower.shape('visual.conv1.weight', 4);
  if (channels !== 3 || patch !== across)
    throw new DescryError(
      'unsupported',
      `The image tower cuts pictures of ${channels} channels into patches of ${across} x ${patch} pixels; Descry knows square patches of 3 channels.`,
    );
  const [positions] = tower.shape('visual.positional_embedding', 2);
  const [, joint] = tower.shape('visual.proj', 2);
  const [vocabularySize, textWidth] = tower.shape('token_embedding.weight', 2);
  const [maxTokens] = tower.shape('positional_embedding', 2);
  if (maxTokens! < 4 || maxTokens! > 4096 || joint! > 8192)
    throw new DescryError(
      'unsupported',
      `Texts of ${maxTokens} tokens and embeddings of ${joint} numbers are not what a CLIP model has (4 to 4096, at most 8192).`,
    );
  const grid = pictureGrid(positions!, patch!, lineage !== 'clip');
  const selection = lineage === 'rde' ? tower.shape('visul_emb_layer.fc.weight', 2)[0]! : null;
  const logSigma = `visual.transformer.${branches.logSigma}.linear.weight`;
  return {
    image: { ...tower.transformer('image', width!, gaussian), grid },
    text: { ...tower.transformer('text', textWidth!, gaussian), maxTokens: maxTokens! },
    joint: joint!,
    selection,
    uncertainty: gaussian ? tower.shape(logSigma, 2)[0]! : null,
    vocabularySize: vocabularySize!,
  };
}

/** As the field writes it: small and base towers are told by their width. */
function architectureName({ width, grid: { patch } }: Layout['image']): string {
  const names: Readonly<Record<number, string>> = {
    384: 'S',
    768: 'B',
    1024: 'L',
    1280: 'H',
    1408: 'g',
    1664: 'bigG',
  };
  return names[width] === undefined ? `ViT/${patch}` : `ViT-${names[width]}/${patch}`;
}

/**
 * Blocks compute with all that they hold: an adapter or a scale that is not known would change every
 * embedding, so that leaving it out is no choice.
 */
function refuseUnknownBlocks(names: ReadonlySet<string>, used: ReadonlySet<string>, naming: Naming): void {
  const prefixes = [blockPrefix(naming, 'image'), blockPrefix(naming, 'text')];
  const unknown = [...names].find(
    (name) => !used.has(name) && prefixes.some((prefix) => name.startsWith(prefix)),
  );
  if (unknown !== undefined)
    throw new DescryError(
      'unsupported',
      `The blocks of its towers hold more than those of CLIP (${unknown}), for example adapters. What Descry would write without them would be another model.`,
      { name: unknown },
    );
}
