import type { RedactionBox } from '../../case/schema.ts';
import type { PageSize } from '../template.ts';
import type { ScoreDistribution } from '../../search/schema.ts';

/** A labelled statement. `mono` for hashes and paths; `verbatim` keeps line breaks as somebody wrote them. */
export interface Fact {
  label: string;
  value: string;
  style?: 'mono' | 'verbatim';
}

export interface Column {
  title: string;
  /** Share of the table's width. */
  width: number;
  align?: 'right';
  style?: 'mono' | 'verbatim';
}

export interface PictureReference {
  cropId: number;
  sha256: string;
  /** Size of the original in pixels; it is never shown larger. */
  width: number;
  height: number;
  alternative: string;
  /** Parts to be covered; null shows the picture as it is. */
  covered: readonly RedactionBox[] | null;
  /** Printed under the picture; that parts of it are covered. */
  remark: string;
  /** The original's name and what it is, where a document is to carry it as an attachment. */
  attachment: { file: string; description: string } | null;
}

/** One crop with all that is said about it. */
export interface Entry {
  /** Heading of the entry ("Rank 3"), and what stands under it. */
  heading: string;
  score: string;
  remark: string;
  picture: PictureReference | null;
  facts: Fact[];
}

export type Block =
  | { kind: 'paragraph'; text: string }
  | { kind: 'callout'; text: string }
  | { kind: 'quotation'; text: string; caption: string }
  | { kind: 'facts'; facts: Fact[] }
  | { kind: 'list'; ordered: boolean; items: string[] }
  | { kind: 'code'; text: string; caption: string }
  | {
      kind: 'table';
      caption: string;
      columns: Column[];
      rows: string[][];
      /** The first cell of a row names the row. */
      rowHeads?: true;
      /** Rows that stand out, by their place from 0. */
      strong?: readonly number[];
    }
  | {
      kind: 'chart';
      caption: string;
      description: string;
      distribution: ScoreDistribution;
      cutOff: { score: number; label: string } | null;
      axis: { x: string; y: string };
      count: (value: number) => string;
    }
  | { kind: 'entries'; caption: string; entries: Entry[]; pictureWidth: number };

/** Who a report comes from, on its first page. */
export interface Letterhead {
  agency: string;
  unit: string;
  contact: readonly string[];
  /** `data` is base64; sizes are pixels, of which three are printed on a point. */
  logo: { data: string; width: number; height: number; alternative: string } | null;
}

export interface Section {
  /** Stable name, used for links. */
  id: string;
  title: string;
  /** On paper, the section begins a page. */
  ownPage?: true;
  blocks: Block[];
  sections: Section[];
}

/**
 * A report as readers see it, without a format: HTML and PDF render the same blocks, so neither can say
 * what the other does not.
 */
export interface ReportDocument {
  language: string;
  title: string;
  letterhead: Letterhead | null;
  /** Printed on every page. */
  header: string;
  /** Printed on every page beside the header. */
  agency: string;
  /** Printed at the foot of every page: the hash of the report's body. */
  footer: string;
  headerDetail: string;
  pageOf: (page: number, pages: number) => string;
  front: Block[];
  contents: string;
  sections: Section[];
  /** Words that the renderers themselves put beside pictures and texts. */
  words: { thumbnail: string; noPicture: string; missingGlyphs: string };
  /** SHA-256 of the report body as it was written; null for a preview. */
  bodySha256: string | null;
  createdAt: string;
  author: string;
  subject: string;
  pageSize: PageSize;
}
