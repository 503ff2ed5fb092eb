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
  | { kind: 'table'; caption: string; columns: Column[]; rows: string[][] }
  | {
      kind: 'chart';
      caption: string;
      description: string;
      distribution: ScoreDistribution;
      cutOff: { score: number; label: string } | null;
      axis: { x: string; y: string };
    }
  | { kind: 'entries'; caption: string; entries: Entry[]; pictureWidth: number };

export interface Section {
  /** Stable name, used for links. */
  id: string;
  title: string;
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
  /** Printed on every page. */
  header: string;
  headerDetail: string;
  pageOf: (page: number, pages: number) => string;
  front: Block[];
  contents: string;
  sections: Section[];
  /** Words that the renderers themselves put beside pictures and texts. */
  words: { thumbnail: string; noPicture: string; missingGlyphs: string };
  createdAt: string;
  author: string;
  subject: string;
  pageSize: 'A4' | 'LETTER';
}
