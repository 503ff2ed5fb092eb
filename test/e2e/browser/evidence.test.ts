import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { applicationRoot } from '../../../src-main/hosts/shared/application.ts';
import { startApplication, type RunningApplication } from '../../support/application.ts';
import { daysFromNow, makeCertificate, pkcs12File } from '../../support/certificates.ts';

const demo = join(applicationRoot(), 'resources', 'demo', 'crops');
const passphrase = 'correct horse battery';

interface ExportedReport {
  template: { agency: string; logo: unknown };
  signers: { kind: string; fingerprint: string }[];
  searches: { rows: { id: number; sha256: string; redacted: boolean; file: string | null }[] }[];
}

/** One window from an empty template to a signed bundle and its check: each test goes on where the last stopped. */
describe('evidence, in a browser window', { timeout: 240_000 }, () => {
  let app: RunningApplication;
  let page: Page;
  let folder: string;
  let coveredId: number;
  let bag: string;
  let csv: Buffer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'descry-evidence-'));
    mkdirSync(join(folder, 'crops'));
    const names = readdirSync(demo)
      .sort()
      .filter((_, index) => index % 20 === 0);
    for (const name of names) copyFileSync(join(demo, name), join(folder, 'crops', name));
    const blue = { create: { width: 90, height: 40, channels: 3, background: '#204080' } } as const;
    writeFileSync(join(folder, 'logo.png'), await sharp(blue).png().toBuffer());
    writeFileSync(join(folder, 'no-logo.png'), 'this is no picture');
    const expired = makeCertificate({
      name: 'Officer 4711',
      validFrom: daysFromNow(-30),
      validTo: daysFromNow(-2),
    });
    writeFileSync(join(folder, 'expired.p12'), pkcs12File(expired, 'tuna'));
    app = await startApplication();
    page = app.page;
    page.setDefaultTimeout(30_000);
    const { client } = app.engine;
    await client.app.setOperator({ operator: 'A. Tester' });
    await client.case.create({ folder: join(app.casesFolder, 'evidence'), details: { name: 'Evidence' } });
    await client.imports.start({
      source: { kind: 'folder', path: join(folder, 'crops') },
      options: { pattern: 'descry', reference: false, acceptUnparsed: false, minimumConfidence: 0 },
    });
    await vi.waitUntil(async () => (await client.case.current())?.counts.embedded === names.length, {
      timeout: 120_000,
      interval: 200,
    });
    await page.goto(app.host.url);
    await page.getByLabel('Operator').fill('A. Tester');
    await button('Continue').click();
  });

  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const button = (name: string | RegExp): Locator => page.getByRole('button', { name, exact: true });
  const go = (place: string): Promise<void> => page.getByRole('link', { name: place, exact: true }).click();

  /** No violation of WCAG A or AA, in the light and in the dark theme. */
  async function expectAccessible(): Promise<void> {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // No script may run in the sandboxed frame of a preview, and axe would wait for one.
      const { violations } = await new AxeBuilder({ page })
        .setLegacyMode()
        .options({ iframes: false })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa'])
        .analyze();
      expect(
        violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target }) => target.join(' ')) })),
        colorScheme,
      ).toEqual([]);
    }
  }

  /** Chooses a file of the test's folder in the page's own picker. */
  async function choose(name: string): Promise<void> {
    const picker = page.getByRole('dialog').last();
    await picker.getByRole('listbox').waitFor();
    await picker.getByRole('textbox', { name: 'Folder', exact: true }).fill(folder);
    await page.keyboard.press('Enter');
    await picker.getByRole('option', { name, exact: true }).click();
    await picker.getByRole('button', { name: 'Choose', exact: true }).click();
  }

  async function search(text: string): Promise<void> {
    await go('Search');
    await page.getByRole('textbox', { name: 'What the witness said' }).fill(text);
    await page.keyboard.press('Enter');
    await page.getByRole('grid').waitFor();
  }

  it('points out words of ethnicity, religion and health, searches all the same, and logs them', async () => {
    await search('a muslim woman in a yellow coat');
    const warning = page.getByRole('list', { name: 'About this search' });
    await warning.getByText(/cannot be read from a crop/).waitFor();
    // What explains the first row comes last, and moves what is looked at.
    await page.getByRole('meter').first().waitFor();
    await expectAccessible();
    expect(await page.getByRole('gridcell').count()).toBeGreaterThan(0);
    const [entry] = await app.engine.client.case.audit({ limit: 1 });
    expect(entry).toMatchObject({ action: 'search', detail: { sensitiveWords: ['muslim'] } });
  });

  it('sets the template of reports, with a logo that the engine checks', async () => {
    await go('Settings');
    await go('Report template');
    await page.getByLabel('Agency').fill('City Police');
    await page.getByLabel('Contact').fill('1 Main Street\n\nTel. 555 0100');
    await page.getByText('As it was saved last').waitFor();
    await button('Save').click();
    const frame = page.frameLocator('iframe');
    await frame.getByText('1 Main Street').waitFor();
    await button('Choose a logo…').click();
    await choose('no-logo.png');
    await page.getByRole('alert').waitFor();
    await button('Choose a logo…').click();
    await choose('logo.png');
    await page.getByRole('img', { name: 'The agency’s logo' }).waitFor();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await expectAccessible();
    expect(await app.engine.client.report.template.get()).toMatchObject({
      agency: 'City Police',
      contact: ['1 Main Street', 'Tel. 555 0100'],
      logo: { width: 90, height: 40 },
    });
  });

  it('creates a signing key and shows its fingerprint', async () => {
    await go('Signing keys');
    await page.getByText('Where keys are kept: in a file of yours').waitFor();
    await button('Create a key…').click();
    const dialog = page.getByRole('dialog', { name: 'Create a signing key' });
    await dialog.getByLabel('Name', { exact: true }).fill('Unit 4');
    await dialog.getByLabel('Passphrase', { exact: true }).fill('short');
    await dialog.getByText('At least 8 characters.', { exact: true }).waitFor();
    await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await dialog.getByLabel('Passphrase once more').fill('something else');
    await dialog.getByText('The two are not the same.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Create' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Passphrase once more').fill(passphrase);
    await expectAccessible();
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Unit 4' }).waitFor();
    const { keys } = await app.engine.client.signing.keys();
    const shown = (await page.getByRole('list', { name: 'Signing keys' }).innerText()).replaceAll(' ', '');
    expect(shown).toContain(keys[0]!.fingerprint);
    await expectAccessible();
  });

  it('covers a part of a crop by drawing over it, and keys move the box', async () => {
    await search('a person in a red jacket');
    await page.getByRole('gridcell').first().click();
    await button('Cover parts…').click();
    const dialog = page.getByRole('dialog', { name: 'Cover parts in reports' });
    const picture = dialog.getByRole('group', { name: /with the covered parts/ });
    await expect.poll(async () => (await picture.boundingBox())?.height ?? 0).toBeGreaterThan(100);
    const place = (await picture.boundingBox())!;
    await page.mouse.move(place.x + place.width * 0.2, place.y + place.height * 0.1);
    await page.mouse.down();
    await page.mouse.move(place.x + place.width * 0.5, place.y + place.height * 0.2, { steps: 4 });
    await page.mouse.move(place.x + place.width * 0.8, place.y + place.height * 0.3);
    await page.mouse.up();
    const field = (name: string): Promise<number> =>
      dialog.getByLabel(`${name} of box 1`).inputValue().then(Number);
    const [left, width] = [await field('Left'), await field('Width')];
    expect(width).toBeGreaterThan(5);
    await dialog.getByRole('button', { name: /^Box 1:/ }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowRight');
    expect([await field('Left'), await field('Width')]).toEqual([left - 1, width + 1]);
    await button('Add a box').click();
    await dialog.getByRole('button', { name: /^Box 2:/ }).focus();
    await page.keyboard.press('Delete');
    await dialog.getByRole('heading', { name: '1 box' }).waitFor();
    await dialog.getByLabel('Reason').fill('face of a bystander');
    await expectAccessible();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('1 part is covered in reports: face of a bystander').waitFor();
    const { client } = app.engine;
    const [first] = await client.search.rows({ searchId: 2, limit: 1 });
    coveredId = first!.id;
    const { redaction } = await client.crops.get({ cropId: coveredId });
    expect(redaction).toMatchObject({
      boxes: [{ x: left - 1, width: width + 1 }],
      reason: 'face of a bystander',
      operator: 'A. Tester',
    });
  });

  it('warns of an expired certificate before anything is signed', async () => {
    await go('Export');
    await page.getByRole('checkbox', { name: /Search 2 ·/ }).check();
    await page.getByRole('checkbox', { name: 'Sign with a certificate' }).check();
    await page.getByLabel('Certificate file', { exact: true }).fill(join(folder, 'expired.p12'));
    await page.getByLabel('Passphrase of the certificate').fill('wrong');
    await button('Open the certificate').click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Passphrase of the certificate').fill('tuna');
    await page.keyboard.press('Enter');
    await page.getByText('CN=Officer 4711').first().waitFor();
    await page
      .getByText(/expired/)
      .first()
      .waitFor();
    expect(await button('Export report').isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'Sign with it anyway' }).check();
    expect(await button('Export report').isDisabled()).toBe(false);
    await expectAccessible();
    await page.getByRole('checkbox', { name: 'Sign with a certificate' }).uncheck();
  });

  it('exports a signed bundle with the template and the covered part in it', async () => {
    await page.getByRole('checkbox', { name: 'Sign with a key' }).check();
    await page.getByText('Type the passphrase of the key.').waitFor();
    await page.getByLabel('Passphrase of the key').fill(passphrase);
    await page.getByRole('radio', { name: 'Evidence bundle a BagIt bag' }).check();
    await button('Export report').click();
    await page.getByRole('region', { name: 'The report was written' }).waitFor({ timeout: 120_000 });
    expect(await page.getByLabel('Passphrase of the key').inputValue()).toBe('');
    const exports = join((await app.engine.client.case.current())!.path, 'exports');
    bag = join(exports, readdirSync(exports)[0]!);
    for (const list of ['manifest-sha256.txt', 'tagmanifest-sha256.txt'])
      execFileSync('sha256sum', ['-c', '--quiet', list], { cwd: bag });
    const report = JSON.parse(readFileSync(join(bag, 'data', 'report.json'), 'utf8')) as ExportedReport;
    const { keys } = await app.engine.client.signing.keys();
    expect(report.template).toMatchObject({ agency: 'City Police', logo: { width: 90 } });
    expect(report.signers).toMatchObject([{ kind: 'key', fingerprint: keys[0]!.fingerprint }]);
    const covered = report.searches[0]!.rows.find(({ id }) => id === coveredId)!;
    expect(covered).toMatchObject({ redacted: true, file: null });
    expect(readdirSync(join(bag, 'data', 'originals')).join()).not.toContain(covered.sha256);
    const html = readFileSync(join(bag, 'data', 'report.html'), 'utf8');
    expect(html).toContain('City Police');
    expect(html).toContain('redacted by A. Tester');
    expect(html).toContain('face of a bystander');
    await expectAccessible();
  });

  it('verifies it, and names what was changed in it afterwards', async () => {
    await button('Verify it').click();
    await page.getByRole('heading', { name: 'The export is whole' }).waitFor();
    await page.getByText('The signature fits.').waitFor();
    await page.getByText('your key Unit 4').waitFor();
    await expectAccessible();
    csv = readFileSync(join(bag, 'data', 'report.csv'));
    writeFileSync(join(bag, 'data', 'report.csv'), 'rank,score\n');
    await page.getByRole('link', { name: /^Earlier exports/ }).click();
    const list = page.getByRole('list', { name: 'Earlier exports' });
    await list.getByText('signed by Unit 4').waitFor();
    await list.getByRole('button', { name: /^Verify report-/ }).click();
    await page.getByRole('heading', { name: 'Something does not fit' }).waitFor();
    await page.getByRole('region', { name: 'Findings' }).getByText('data/report.csv').first().waitFor();
    await expectAccessible();
    await page.getByRole('link', { name: 'New export' }).click();
  });

  it('verifies the open case, and says what is wrong, where, and until when it was right', async () => {
    await go('Settings');
    await page.getByRole('link', { name: 'Verify', exact: true }).click();
    await button('Verify now').click();
    await page.getByRole('heading', { name: 'Something does not fit' }).waitFor({ timeout: 60_000 });
    const finding = page.getByRole('region', { name: 'Findings' }).getByRole('row').nth(1);
    expect(await finding.innerText()).toMatch(/report\.csv.*\(entry \d+\)/s);
    await expectAccessible();
    writeFileSync(join(bag, 'data', 'report.csv'), csv);
    await button('Verify now').click();
    await page.getByRole('heading', { name: 'The case is whole' }).waitFor({ timeout: 60_000 });
  });

  it('exports everything that was written, and verifies that', async () => {
    await go('Export');
    await page.getByRole('link', { name: 'Discovery' }).click();
    await button('Export everything written').click();
    await page.getByRole('region', { name: 'The discovery export was written' }).waitFor();
    await button('Verify it').click();
    await page.getByRole('heading', { name: 'The export is whole' }).waitFor();
    await expectAccessible();
    await page.getByRole('link', { name: 'Earlier exports (2)' }).click();
    await page.getByText('Everything written; not signed').waitFor();
  });

  it('removes the key after asking; what it signed can still be checked', async () => {
    await go('Settings');
    await go('Signing keys');
    await page.getByRole('button', { name: 'Remove Unit 4' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('heading', { name: 'No signing key yet' }).waitFor();
    const { signatures } = await app.engine.client.app.verifyExport({ path: bag });
    expect(signatures).toMatchObject([{ fits: true }]);
  });

  it('asked nothing of any other machine and broke no policy', () => {
    expect(app.foreignRequests).toEqual([]);
    expect(app.consoleErrors).toEqual([]);
  });
});
