import { describe, expect, test } from 'vitest';
import type { MenuItemConstructorOptions } from 'electron';
import { menuTemplate, type MenuSituation } from '../../../src-main/hosts/electron/menu.ts';

const situation: MenuSituation = { platform: 'linux', caseOpen: true, recent: [], development: false };

function build(change: Partial<MenuSituation> = {}) {
  const commands: string[] = [];
  const opened: string[] = [];
  const template = menuTemplate(
    { ...situation, ...change },
    {
      command: (command) => commands.push(command),
      openCase: (path) => opened.push(path),
      about: () => commands.push('about'),
    },
  );
  const all = flatten(template);
  const click = (item: MenuItemConstructorOptions | undefined): void => {
    (item?.click as (() => void) | undefined)?.();
  };
  return { all, commands, opened, click };
}

function flatten(items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);
}

describe.each(['linux', 'win32', 'darwin'] as const)('the menu on %s', (platform) => {
  test('gives no accelerator twice', () => {
    const keys = build({ platform }).all.flatMap((item) =>
      item.accelerator === undefined ? [] : [String(item.accelerator)],
    );
    expect(keys).toEqual([...new Set(keys)]);
    for (const key of ['CmdOrCtrl+1', 'CmdOrCtrl+2', 'CmdOrCtrl+3', 'CmdOrCtrl+4', 'CmdOrCtrl+5'])
      expect(keys).toContain(key);
  });

  test('has settings, about and quit once', () => {
    const { all } = build({ platform });
    expect(all.filter((item) => item.id === 'settings')).toHaveLength(1);
    expect(all.filter((item) => item.id === 'about')).toHaveLength(1);
    expect(all.filter((item) => item.role === 'quit')).toHaveLength(1);
  });
});

test('without a case its commands are grey', () => {
  const grey = (caseOpen: boolean): (string | undefined)[] =>
    build({ caseOpen })
      .all.filter((item) => item.enabled === false)
      .map((item) => item.label);
  expect(grey(false)).toEqual([
    'Open recent',
    'Close case',
    'Import folder…',
    'Import',
    'Search',
    'Review',
    'Export',
    'Verify the case…',
    'Audit log',
  ]);
  expect(grey(true)).toEqual(['Open recent']);
});

test('commands and recent cases reach their actions', () => {
  const { all, commands, opened, click } = build({
    recent: [{ path: '/cases/a.descry', name: 'Tom & Jerry', number: '7' }],
  });
  click(all.find((item) => item.label === 'Search'));
  click(all.find((item) => item.label === 'About Descry'));
  const recent = all.find((item) => item.toolTip === '/cases/a.descry');
  expect(recent?.label).toBe('Tom && Jerry (7)');
  click(recent);
  expect(commands).toEqual(['search', 'about']);
  expect(opened).toEqual(['/cases/a.descry']);
});

test('the developer tools are absent from an installation', () => {
  const roles = (development: boolean): unknown[] => build({ development }).all.map((item) => item.role);
  expect(roles(false)).not.toContain('toggleDevTools');
  expect(roles(true)).toContain('toggleDevTools');
});
