import type { Activation, ModelAccount, ModelKind } from '../schema.ts';

/** A stack of transformer blocks. */
export interface TransformerSize {
  /** Numbers a token. */
  width: number;
  /** Blocks that a token goes through, with the split last one of a Gaussian head counted once. */
  layers: number;
  heads: number;
  /** Numbers a token between the two matrices of a block's perceptron. */
  hidden: number;
}

/** The picture of an image tower and how it is cut into patches. */
export interface PictureGrid {
  /** Of the picture, in pixels. */
  width: number;
  height: number;
  /** Side of a patch, and step from one to the next, in pixels. */
  patch: number;
  rows: number;
  columns: number;
  /** Grid that the position table was trained with; it is stretched to rows and columns. */
  storedRows: number;
  storedColumns: number;
}

/** Where a tensor lies in a checkpoint. */
export interface TensorSource {
  /** Its name there; several are put below one another, along the first dimension. */
  names: readonly string[];
  /** The checkpoint keeps the matrix with rows and columns changed over. */
  transposed: boolean;
  /** As the towers need it, after joining and turning. */
  shape: readonly number[];
}

/** What a checkpoint is: enough to write its two towers without looking at names again. */
export interface Layout {
  kind: ModelKind;
  /** Size of the image tower as the field writes it ("ViT-B/16"). */
  architecture: string;
  image: TransformerSize & { grid: PictureGrid };
  text: TransformerSize & {
    /** Positions of the text tower: start, words and end. */
    maxTokens: number;
  };
  /** Numbers of the space that pictures and texts share. */
  joint: number;
  /** Numbers of a token-selection embedding; null without one. */
  selection: number | null;
  /** Numbers of a log-sigma; null without one. */
  uncertainty: number | null;
  vocabularySize: number;
  /** The tokenizer of this lineage gives id 49405 to `<|mask|>`. */
  usesMaskToken: boolean;
  /** Null when the file does not tell. */
  activation: Activation | null;
  /** By the name that OpenAI's CLIP gives the tensor, without a prefix ("visual.conv1.weight"). */
  tensors: ReadonlyMap<string, TensorSource>;
  facts: ModelAccount['facts'];
  leftOut: ModelAccount['leftOut'];
}
