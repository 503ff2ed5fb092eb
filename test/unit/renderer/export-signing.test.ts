import { describe, expect, it, vi } from 'vitest';
import type { DescryClient } from '../../../src-main/api/types.ts';
import { EarlierExportsManager } from '../../../src-renderer/routes/export/earlier-exports-manager.svelte.ts';
import { ExportCheck } from '../../../src-renderer/routes/export/export-check.svelte.ts';
import {
  ExportManager,
  initialChoices,
  optionsOf,
} from '../../../src-renderer/routes/export/export-manager.svelte.ts';
import { describeTemplate, pathIn } from '../../../src-renderer/routes/export/export-words.ts';
import { SigningChoices } from '../../../src-renderer/routes/export/signing-choices.svelte.ts';

const clientOf = (parts: object): DescryClient => parts as unknown as DescryClient;

describe('how an export is signed', () => {
  it('asks for what is missing, and for nothing where nothing is to be signed', async () => {
    const certificate = vi.fn(async () => ({ signer: {}, validNow: false, warnings: ['It has expired.'] }));
    const signing = new SigningChoices(clientOf({ signing: { certificate } }));
    expect(signing.missing).toBeNull();
    expect(signing.request()).toBeUndefined();
    signing.withKey = true;
    expect(signing.missing).toBe('Choose a key to sign with.');
    signing.keyId = '0123456789abcdef';
    expect(signing.request()).toEqual({ key: { id: '0123456789abcdef' } });
    signing.keyNeedsPassphrase = true;
    expect(signing.missing).toBe('Type the passphrase of the key.');
    signing.keyPassphrase = 'swordfish';
    expect(signing.missing).toBeNull();
    signing.withCertificate = true;
    signing.certificatePath = '/keys/officer.p12';
    signing.certificatePassphrase = 'tuna';
    expect(signing.missing).toContain('Open the certificate');
    await signing.openCertificate();
    expect(signing.missing).toContain('not valid now');
    signing.allowInvalidTime = true;
    expect(signing.missing).toBeNull();
    expect(signing.request()).toEqual({
      key: { id: '0123456789abcdef', passphrase: 'swordfish' },
      certificate: { path: '/keys/officer.p12', passphrase: 'tuna', allowInvalidTime: true },
    });
  });

  it('forgets what a certificate said when another file or passphrase is given', async () => {
    const answers: ((account: object) => void)[] = [];
    const certificate = vi.fn(() => new Promise((resolve) => answers.push(resolve)));
    const signing = new SigningChoices(clientOf({ signing: { certificate } }));
    signing.withCertificate = true;
    signing.certificatePath = 'a.p12';
    const opening = signing.openCertificate();
    signing.certificatePath = 'b.p12';
    answers[0]!({ signer: {}, validNow: true, warnings: [] });
    await opening;
    expect(signing.account).toBeNull();
    expect(signing.opening).toBe(false);
    expect(signing.canOpen).toBe(true);
  });

  it('sends container and keys with the export, and keeps no passphrase afterwards', async () => {
    const outcome = { reportId: 'r', folder: '/x', files: [] };
    const start = vi.fn(async () =>
      (async function* () {
        yield { progress: { done: 1, total: 1, step: 'Done' }, outcome };
      })(),
    );
    const manager = new ExportManager(clientOf({ report: { export: start } }));
    manager.choose(1, true);
    manager.choices.container = 'bag-zip';
    manager.signing.withKey = true;
    manager.signing.keyId = '0123456789abcdef';
    manager.signing.keyNeedsPassphrase = true;
    await manager.export();
    expect(start).not.toHaveBeenCalled();
    manager.signing.keyPassphrase = 'swordfish';
    await manager.export();
    expect(start).toHaveBeenCalledWith(
      expect.objectContaining({
        container: 'bag-zip',
        sign: { key: { id: '0123456789abcdef', passphrase: 'swordfish' } },
      }),
      expect.anything(),
    );
    expect(manager.run.outcome).toEqual(outcome);
    expect(manager.signing.keyPassphrase).toBe('');
    expect(JSON.stringify(manager.choices)).not.toContain('swordfish');
  });

  it('takes the page size of the template where none is chosen', () => {
    expect('pageSize' in optionsOf(initialChoices())).toBe(false);
    expect(optionsOf({ ...initialChoices(), pageSize: 'LETTER' }).pageSize).toBe('LETTER');
    expect(optionsOf({ ...initialChoices(), redact: false }).redact).toBe(false);
  });
});

describe('the check of an export', () => {
  it('shows the answer for the export that was asked for last', async () => {
    const answers: ((result: object) => void)[] = [];
    const verifyExport = vi.fn(() => new Promise((resolve) => answers.push(resolve)));
    const check = new ExportCheck(clientOf({ app: { verifyExport } }));
    const first = check.verify('/a');
    const second = check.verify('/b');
    answers[1]!({ ok: true });
    await second;
    answers[0]!({ ok: false });
    await first;
    expect(check.path).toBe('/b');
    expect(check.result).toEqual({ ok: true });
    expect(check.running).toBe(false);
  });

  it('shows nothing when it was stopped', async () => {
    const verifyExport = vi.fn(
      (_input: object, { signal }: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        ),
    );
    const check = new ExportCheck(clientOf({ app: { verifyExport } }));
    const running = check.verify('/a');
    check.cancel();
    await running;
    expect(check.running).toBe(false);
    expect(check.error).toBeNull();
    expect(check.result).toBeNull();
  });
});

describe('earlier exports', () => {
  it('are read a page at a time', async () => {
    const exports = vi.fn(async ({ offset, limit }: { offset: number; limit: number }) => ({
      total: 60,
      rows: Array.from({ length: Math.min(limit, 60 - offset) }, (_, n) => ({ sequence: 60 - offset - n })),
    }));
    const manager = new EarlierExportsManager(clientOf({ report: { exports } }));
    await manager.reload();
    expect(manager.rows).toHaveLength(50);
    expect(manager.hasMore).toBe(true);
    await manager.more();
    expect(manager.rows?.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 60 }, (_, n) => 60 - n),
    );
    expect(manager.hasMore).toBe(false);
  });
});

describe('words about exports', () => {
  it('writes paths as the folder is written', () => {
    expect(pathIn('/cases/a', 'data/report.pdf')).toBe('/cases/a/data/report.pdf');
    expect(pathIn('C:\\cases\\a', 'data/report.pdf')).toBe('C:\\cases\\a\\data\\report.pdf');
  });

  it('says what a template holds', () => {
    const template = {
      agency: 'City Police',
      unit: '',
      contact: [],
      language: 'en',
      pageSize: 'A4',
      logo: null,
    } as const;
    expect(describeTemplate({ ...template, contact: [] })).toBe('City Police; no logo; English.');
    expect(describeTemplate({ ...template, agency: '', contact: [] })).toContain('No agency named');
  });
});
