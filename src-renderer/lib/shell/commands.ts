import { application } from '../application.svelte.ts';
import { host } from '../host.ts';
import type { Place } from '../navigation.svelte.ts';
import type { Shortcut } from '../shortcuts.svelte.ts';

export const casePlaces = [
  { place: 'import', label: 'Import', keys: 'Mod+1' },
  { place: 'search', label: 'Search', keys: 'Mod+2' },
  { place: 'review', label: 'Review', keys: 'Mod+3' },
  { place: 'export', label: 'Export', keys: 'Mod+4' },
] as const satisfies readonly { place: Place; label: string; keys: string }[];

/** Goes to a place of the case; without a case there is only the start page. */
function go(place: Place): void {
  application.navigation.go(application.case.isOpen ? place : 'start');
}

const everywhere: readonly Shortcut[] = [
  ...casePlaces.map(({ place, label, keys }) => ({
    keys,
    label: `Go to ${label}`,
    group: 'Everywhere',
    run: () => go(place),
  })),
  {
    keys: 'Mod+5',
    label: 'Go to Models',
    group: 'Everywhere',
    run: () => application.navigation.go('models'),
  },
  { keys: 'Mod+,', label: 'Settings', group: 'Everywhere', run: () => application.navigation.go('settings') },
  {
    keys: 'Mod+Z',
    label: 'Undo the last decision, note or tag',
    group: 'Everywhere',
    run: () => void application.run(() => application.review.undo()),
  },
  {
    keys: 'Mod+Shift+Z',
    label: 'Do it again',
    group: 'Everywhere',
    run: () => void application.run(() => application.review.redo()),
  },
  {
    keys: '?',
    label: 'Show all shortcuts',
    group: 'Everywhere',
    run: () => (application.dialogs.shortcutsShown = true),
  },
];

/** Commands of the native menu, by the names that the Electron host sends. */
const menu: Record<string, () => void> = {
  'new-case': () => application.navigation.go('start', 'new'),
  'open-case': () => application.navigation.go('start', 'open'),
  'close-case': () => void application.run(() => application.closeCase()),
  import: () => go('import'),
  search: () => go('search'),
  review: () => go('review'),
  export: () => go('export'),
  models: () => application.navigation.go('models'),
  settings: () => application.navigation.go('settings'),
  undo: () => void application.run(() => application.review.undo()),
  redo: () => void application.run(() => application.review.redo()),
  'theme-system': () => application.preferences.setTheme('system'),
  'theme-light': () => application.preferences.setTheme('light'),
  'theme-dark': () => application.preferences.setTheme('dark'),
  shortcuts: () => (application.dialogs.shortcutsShown = true),
  verify: () => application.navigation.go('settings', 'verify'),
  audit: () => application.navigation.go('settings', 'audit'),
  doctor: () => application.navigation.go('settings', 'doctor'),
};

/** Binds the keyboard and the native menu; returns a function that lets go of both. */
export function listenForCommands(): () => void {
  const forget = application.shortcuts.register(everywhere);
  const silence = host?.onMenu((command) => menu[command]?.());
  return () => {
    forget();
    silence?.();
  };
}
