import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, Menu, safeStorage, session, shell, type BrowserWindow } from 'electron';
import type { RecentCase } from '../../api/types.ts';
import { applicationVersion, dataFolder, engineStartFor } from '../shared/application.ts';
import { contentSecurityPolicy } from '../shared/content-security-policy.ts';
import { openLog } from '../shared/log.ts';
import { logProcessDeaths, promptAfterEngineGaveUp, promptAfterPageCrash } from './crash-prompts.ts';
import { EngineProcess } from './engine.ts';
import { bindIpc, tellPage } from './ipc.ts';
import { ElectronKeyStore } from './key-store.ts';
import { menuTemplate } from './menu.ts';
import { howToOpen } from './open-export.ts';
import { caseFromCommandLine, ownArguments, secondStart } from './opening.ts';
import { registerSchemes, serveCrops, servePage } from './page-files.ts';
import { pageUrl } from './page-address.ts';
import { chromiumSwitches, protectContents, protectSession } from './protections.ts';
import { createWindow } from './window.ts';

/** dist/, which holds the built page, the engine and this file. */
const built = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Models and demo crops lie beside the archive in an installation, in the checkout otherwise. */
const resources = app.isPackaged ? process.resourcesPath : join(built, '..');
/** The engine loads native libraries and starts threads, which an archive does not allow. */
const engineEntry = app.isPackaged
  ? join(resources, 'app.asar.unpacked', 'dist', 'engine', 'process.js')
  : join(built, 'engine', 'process.js');

app.setName('Descry');
// Chromium's profile goes where everything else of this user's Descry is; it also marks the single instance.
const profile = join(dataFolder(), 'desktop');
mkdirSync(profile, { recursive: true });
app.setPath('userData', profile);
app.enableSandbox();
for (const [name, value] of chromiumSwitches) app.commandLine.appendSwitch(name, value);
registerSchemes();

const log = openLog(dataFolder(), 'desktop');
const keyStore = new ElectronKeyStore({
  safeStorage,
  platform: process.platform,
  ask: async (options) => {
    const { response } = await (window
      ? dialog.showMessageBox(window, options)
      : dialog.showMessageBox(options));
    return response;
  },
  warn: (detail, message) => log.warn(detail, message),
});
const engine = new EngineProcess(engineEntry, engineStartFor('Descry desktop', resources), log, keyStore);
let window: BrowserWindow | undefined;
/** A case to open as soon as the page listens. */
let waitingCase = caseFromCommandLine(ownArguments(process.argv, app.isPackaged), process.cwd());
let pageListens = false;

function openCase(path: string): void {
  if (window && pageListens) tellPage(window.webContents, 'descry:open-case', path);
  else waitingCase = path;
}

function focusWindow(): void {
  if (window?.isMinimized() === true) window.restore();
  window?.show();
  window?.focus();
}

let recentCases: RecentCase[] = [];

function showMenu(): void {
  const situation = {
    platform: process.platform,
    caseOpen: engine.casePath !== null,
    recent: recentCases.filter((known) => known.present),
    development: !app.isPackaged,
  };
  const template = menuTemplate(situation, {
    command: (command) => {
      if (window) tellPage(window.webContents, 'descry:menu', command);
    },
    openCase,
    about: () => app.showAboutPanel(),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** The list of recent cases is the engine's; the menu does not wait for it. */
async function refreshMenu(): Promise<void> {
  showMenu();
  recentCases = await engine.client.case.recent(undefined, { signal: engine.gone }).catch(() => recentCases);
  showMenu();
}

function answerPage(): void {
  bindIpc(() => window?.webContents, log, {
    questions: {
      'descry:pick-folder': async ({ title, defaultPath }) => {
        const { canceled, filePaths } = await dialog.showOpenDialog(window!, {
          title,
          ...(defaultPath !== undefined && { defaultPath }),
          properties: ['openDirectory', 'createDirectory'],
        });
        return canceled ? null : (filePaths[0] ?? null);
      },
      'descry:pick-files': async ({ title, extensions = [], multiple = false }) => {
        const { canceled, filePaths } = await dialog.showOpenDialog(window!, {
          title,
          ...(extensions.length > 0 && { filters: [{ name: 'Files', extensions }] }),
          properties: multiple ? ['openFile', 'multiSelections'] : ['openFile'],
        });
        return canceled ? [] : filePaths;
      },
      'descry:show-in-folder': async (cropId) => {
        const { path } = await engine.client.host.locate({ cropId }, { signal: engine.gone });
        shell.showItemInFolder(path);
      },
      'descry:open-export': async (path) => {
        const how = howToOpen(path);
        if (how === 'refuse') throw new Error('This is not part of an export.');
        if (how === 'show') shell.showItemInFolder(path);
        else {
          const problem = await shell.openPath(path);
          if (problem !== '') throw new Error(problem);
        }
      },
    },
    notices: {
      'descry:ready': () => {
        if (!window) return;
        pageListens = true;
        void engine.connectPage(window.webContents);
        if (waitingCase !== null) tellPage(window.webContents, 'descry:open-case', waitingCase);
        waitingCase = null;
      },
    },
  });
}

function openWindow(): void {
  window = createWindow({
    preload: join(built, 'electron', 'preload.cjs'),
    icon: join(resources, 'resources', 'icons', '256x256.png'),
    stateFolder: app.getPath('userData'),
    development: !app.isPackaged,
  });
  window.on('closed', () => (window = undefined));
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) pageListens = false;
  });
  promptAfterPageCrash(window, log);
  promptAfterEngineGaveUp(window, engine);
  void window.loadURL(pageUrl);
}

async function begin(): Promise<void> {
  await app.whenReady();
  log.info({ version: applicationVersion, packaged: app.isPackaged, platform: process.platform }, 'start');
  protectSession(session.defaultSession, log);
  servePage(session.defaultSession, join(built, 'renderer'), contentSecurityPolicy('electron'));
  serveCrops(session.defaultSession, engine, log);
  app.setAboutPanelOptions({
    applicationName: 'Descry',
    applicationVersion,
    copyright: 'Ranked results are investigative leads, never identifications.',
  });
  engine.on('case', (path) => {
    if (path !== null) app.addRecentDocument(path);
    void refreshMenu();
  });
  answerPage();
  engine.start();
  openWindow();
  void refreshMenu();
}

if (app.requestSingleInstanceLock({ casePath: waitingCase })) {
  protectContents(log);
  logProcessDeaths(log);
  app.on('second-instance', (_event, _argv, _workingFolder, additionalData) => {
    const second = secondStart.safeParse(additionalData);
    if (second.success && second.data.casePath !== null) openCase(second.data.casePath);
    focusWindow();
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openCase(path);
    focusWindow();
  });
  app.on('window-all-closed', () => app.quit());
  let stopped = false;
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void engine.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
  const fail = (error: unknown): void => {
    log.fatal({ err: error }, 'uncaught');
    dialog.showErrorBox(
      'Descry has to close',
      'Something unforeseen happened. The case is safe; the log in the data folder says more.',
    );
    app.exit(1);
  };
  process.on('uncaughtException', fail);
  // Not awaited: Electron becomes ready only when this file has been run to its end.
  begin().catch(fail);
} else {
  app.quit();
}
