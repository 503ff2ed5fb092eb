/** What the Electron preload offers the page; absent in a browser window. */
export interface DescryHost {
  kind: 'electron';
  platform: string;
  /** Asks for the engine's port; it arrives as the window message `descry:engine-port`. */
  ready(): void;
  pickFolder(options: { title: string; defaultPath?: string }): Promise<string | null>;
  pickFiles(options: { title: string; extensions?: string[]; multiple?: boolean }): Promise<string[]>;
  /** Paths of dropped files and folders, which the page itself is not told. */
  pathsOf(files: FileList | File[]): string[];
  showInFolder(cropId: number): Promise<void>;
  openPathOfExport(path: string): Promise<void>;
  /** Commands of the native menu; returns a function that stops listening. */
  onMenu(callback: (command: string) => void): () => void;
  /** A case that was opened from outside (double click, recent documents). */
  onOpenCase(callback: (path: string) => void): () => void;
}

declare global {
  interface Window {
    descryHost?: DescryHost;
  }
}

/** The native side, or undefined in a browser window. */
export const host: DescryHost | undefined = globalThis.window?.descryHost;

let caseOfPictures = '';

/** Ids of crops begin anew in every case: what the browser keeps of one case must not be shown in another. */
export function showPicturesOf(caseId: string): void {
  caseOfPictures = caseId;
}

/** Address of a crop's picture: the untouched original, or the small one for lists. */
export function cropUrl(cropId: number, kind: 'original' | 'thumbnail'): string {
  return host
    ? `crop://${cropId}/${kind}`
    : `/crop/${cropId}/${kind}?case=${encodeURIComponent(caseOfPictures)}`;
}
