import type PDFDocument from 'pdfkit';

type Document = InstanceType<typeof PDFDocument>;
/** An element of the document's logical structure (ISO 32000-1, 14.7.2). */
export type Tag = PDFKit.PDFStructureElement;

/** Standard structure types (ISO 32000-1, 14.8.4) that reports use. */
export type TagType =
  | 'Sect'
  | 'H1'
  | 'H2'
  | 'H3'
  | 'H4'
  | 'P'
  | 'Div'
  | 'BlockQuote'
  | 'Caption'
  | 'TOC'
  | 'TOCI'
  | 'Link'
  | 'L'
  | 'LI'
  | 'Lbl'
  | 'LBody'
  | 'Table'
  | 'TR'
  | 'TH'
  | 'TD'
  | 'Figure';

export interface TagOptions {
  /** What a figure shows, for those who do not see it. */
  alt?: string;
  /** Of a figure, in points from the top left: left, top, right, bottom. */
  bbox?: [number, number, number, number];
  /** What a header cell heads. */
  scope?: 'Column' | 'Row';
}

/**
 * The logical structure of a tagged PDF while it is drawn. What is drawn belongs to the element that is
 * entered at that time; lines that follow each other in one element share one piece of marked content.
 */
export class Tags {
  readonly #doc: Document;
  readonly #path: Tag[];
  #marked: Tag | null = null;

  constructor(doc: Document) {
    this.#doc = doc;
    const root = doc.struct('Document');
    doc.addStructure(root);
    this.#path = [root];
  }

  get #current(): Tag {
    return this.#path.at(-1)!;
  }

  /** A new element under the one that is entered. It must be ended. */
  begin(type: TagType, options: TagOptions = {}): Tag {
    // `bbox` and `scope` are missing from the types of pdfkit.
    const element = this.#doc.struct(type, options as PDFKit.Mixins.StructureElementOptions);
    this.#current.add(element);
    return element;
  }

  /** Nothing more belongs to an element. */
  end(element: Tag): void {
    if (this.#marked === element) this.closeContent();
    element.end();
  }

  /** Draws into an element that was begun and not yet ended. */
  inside<T>(element: Tag, draw: () => T): T {
    this.#path.push(element);
    try {
      return draw();
    } finally {
      this.#path.pop();
    }
  }

  /** Draws a new element under the one that is entered. */
  element<T>(type: TagType, draw: () => T, options: TagOptions = {}): T {
    const element = this.begin(type, options);
    const drawn = this.inside(element, draw);
    this.end(element);
    return drawn;
  }

  /** As `element`, where the drawing waits for something. */
  async elementAsync(type: TagType, draw: () => Promise<void>): Promise<void> {
    const element = this.begin(type);
    this.#path.push(element);
    await draw();
    this.#path.pop();
    this.end(element);
  }

  /** Makes what is drawn next content of the element that is entered. */
  openContent(): void {
    const element = this.#current;
    if (this.#marked === element) return;
    this.closeContent();
    const type = (element as unknown as { dictionary: { data: { S: string } } }).dictionary.data.S;
    element.add(this.#doc.markStructureContent(type));
    this.#marked = element;
  }

  /** Before a page ends, and before what belongs to no element. */
  closeContent(): void {
    if (this.#marked === null) return;
    this.#doc.endMarkedContent();
    this.#marked = null;
  }

  /** Draws what says nothing: rules, grounds, what is repeated on every page. */
  artifact(draw: () => void, type: 'Pagination' | 'Layout' = 'Layout'): void {
    this.closeContent();
    this.#doc.markContent('Artifact', { type });
    draw();
    this.#doc.endMarkedContent();
  }

  /** Makes a place on the page lead to a named one; belongs to the element that is entered, a Link. */
  link(place: { x: number; y: number; width: number; height: number }, name: string, contents: string): void {
    const { x, y, width, height } = place;
    // PDFKit writes a `String` object as text, and a plain one as a name.
    const options = { structParent: this.#current, Contents: Object(contents) as string };
    this.#doc.goTo(x, y, width, height, name, options as PDFKit.Mixins.AnnotationOption);
  }
}
