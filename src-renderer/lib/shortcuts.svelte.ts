export interface Shortcut {
  /** `?`, `Mod+Z` (Mod is Control, or Command on macOS), `Shift+ArrowDown`, `1`. */
  keys: string;
  label: string;
  /** Heading in the overlay: "Everywhere", "Search" … */
  group: string;
  run: (event: KeyboardEvent) => void;
}

/** The written form of a key press: modifiers in the order Mod, Alt, Shift, then the key. */
export function keysOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  // A shifted sign is a key of its own ("?"); a shifted letter or named key is not.
  const shift = event.shiftKey && (event.key.length > 1 || /\p{L}/u.test(event.key));
  return [event.ctrlKey || event.metaKey ? 'Mod' : '', event.altKey ? 'Alt' : '', shift ? 'Shift' : '', key]
    .filter((part) => part !== '')
    .join('+');
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  );
}

/** The keyboard's commands. Plain keys are left to text fields; those with Mod work everywhere. */
export class Shortcuts {
  list = $state.raw<readonly Shortcut[]>([]);
  // Effects come and go in one step, in which the end of one still reads the state of before it.
  #registered: readonly Shortcut[] = [];

  start(): void {
    window.addEventListener('keydown', (event) => this.#press(event));
  }

  /** @returns a function that takes them away; return it from an effect: `$effect(() => shortcuts.register([...]))`. */
  register(shortcuts: readonly Shortcut[]): () => void {
    this.#set([...this.#registered, ...shortcuts]);
    return () => this.#set(this.#registered.filter((known) => !shortcuts.includes(known)));
  }

  #set(shortcuts: readonly Shortcut[]): void {
    this.#registered = shortcuts;
    this.list = shortcuts;
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const keys = keysOf(event);
    const typing = isTyping(event.target);
    if (typing && !/^Mod\+(?![ZYAXCV]$)|^F\d/.test(keys)) return;
    if (document.querySelector('[role="dialog"][data-state="open"], [role="alertdialog"][data-state="open"]'))
      return;
    // What was registered last is nearest to what is shown.
    const shortcut = this.list.findLast((known) => known.keys === keys);
    if (!shortcut) return;
    event.preventDefault();
    shortcut.run(event);
  }
}

const names: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
};

/** The keys as they are written on this keyboard: `['Ctrl', 'Z']`. */
export function keyLabels(keys: string, mac = /mac/i.test(globalThis.navigator?.platform ?? '')): string[] {
  return keys
    .split(/\+(?!$)/)
    .map((part) =>
      part === 'Mod'
        ? mac
          ? '⌘'
          : 'Ctrl'
        : part === 'Alt' && mac
          ? '⌥'
          : part === 'Shift' && mac
            ? '⇧'
            : (names[part] ?? part),
    );
}
