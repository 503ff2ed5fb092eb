import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from './ipc-contract.ts';

export interface MenuSituation {
  platform: NodeJS.Platform;
  caseOpen: boolean;
  /** Recently opened cases, the newest first. */
  recent: readonly { path: string; name: string; number: string }[];
  /** The developer tools are for checkouts, not for installations. */
  development: boolean;
}

export interface MenuActions {
  command(command: MenuCommand): void;
  openCase(path: string): void;
  about(): void;
}

/** The application's menu for a situation; rebuilt when a case is opened or closed. */
export function menuTemplate(situation: MenuSituation, actions: MenuActions): MenuItemConstructorOptions[] {
  const mac = situation.platform === 'darwin';
  const item = (
    label: string,
    command: MenuCommand,
    more: Omit<MenuItemConstructorOptions, 'label' | 'click'> = {},
  ): MenuItemConstructorOptions => ({ id: command, label, ...more, click: () => actions.command(command) });
  const ofCase = { enabled: situation.caseOpen };
  const line: MenuItemConstructorOptions = { type: 'separator' };
  // The page undoes its own decisions and fields undo typing, both from the keyboard: there the key is
  // shown only. On macOS a menu's keys are always the menu's.
  const shown = { registerAccelerator: false };

  const recent: MenuItemConstructorOptions[] = situation.recent.map(({ path, name, number }) => ({
    label: escapeMnemonic(number === '' ? name : `${name} (${number})`),
    sublabel: path,
    toolTip: path,
    click: () => actions.openCase(path),
  }));
  const about: MenuItemConstructorOptions = {
    id: 'about',
    label: 'About Descry',
    click: () => actions.about(),
  };

  return [
    ...(mac
      ? [
          {
            label: 'Descry',
            submenu: [
              about,
              line,
              item('Settings…', 'settings', { accelerator: 'Command+,' }),
              line,
              { role: 'hide' as const },
              { role: 'hideOthers' as const },
              { role: 'unhide' as const },
              line,
              { role: 'quit' as const },
            ],
          },
        ]
      : []),
    {
      label: '&File',
      submenu: [
        item('New case…', 'new-case', { accelerator: 'CmdOrCtrl+N' }),
        item('Open case…', 'open-case', { accelerator: 'CmdOrCtrl+O' }),
        {
          id: 'recent',
          label: 'Open recent',
          enabled: recent.length > 0,
          submenu: recent,
        },
        item('Close case', 'close-case', { ...ofCase, accelerator: 'CmdOrCtrl+W' }),
        line,
        item('Import folder…', 'import', { ...ofCase, id: 'import-folder', accelerator: 'CmdOrCtrl+I' }),
        ...(mac
          ? []
          : [
              line,
              item('Settings…', 'settings', { accelerator: 'Ctrl+,' }),
              line,
              { role: 'quit' as const },
            ]),
      ],
    },
    {
      label: '&Edit',
      submenu: [
        item('Undo', 'undo', { accelerator: 'CmdOrCtrl+Z', ...shown }),
        item('Redo', 'redo', { accelerator: mac ? 'Shift+Command+Z' : 'Ctrl+Shift+Z', ...shown }),
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: '&View',
      submenu: [
        {
          label: 'Theme',
          submenu: [
            item('As the system', 'theme-system'),
            item('Light', 'theme-light'),
            item('Dark', 'theme-dark'),
          ],
        },
        line,
        { role: 'resetZoom', label: 'Actual size' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        line,
        { role: 'togglefullscreen' },
        ...(situation.development
          ? [line, { role: 'reload' as const }, { role: 'toggleDevTools' as const }]
          : []),
      ],
    },
    {
      label: '&Go',
      submenu: [
        item('Import', 'import', { ...ofCase, accelerator: 'CmdOrCtrl+1' }),
        item('Search', 'search', { ...ofCase, accelerator: 'CmdOrCtrl+2' }),
        item('Review', 'review', { ...ofCase, accelerator: 'CmdOrCtrl+3' }),
        item('Export', 'export', { ...ofCase, accelerator: 'CmdOrCtrl+4' }),
        item('Models', 'models', { accelerator: 'CmdOrCtrl+5' }),
      ],
    },
    ...(mac ? [{ role: 'windowMenu' as const }] : []),
    {
      label: '&Help',
      role: 'help',
      submenu: [
        item('Keyboard shortcuts', 'shortcuts'),
        line,
        item('Verify the case…', 'verify', ofCase),
        item('Audit log', 'audit', ofCase),
        item('Check this machine…', 'doctor'),
        ...(mac ? [] : [line, about]),
      ],
    },
  ];
}

/** A single ampersand would underline a letter. */
function escapeMnemonic(label: string): string {
  return label.replaceAll('&', '&&');
}
