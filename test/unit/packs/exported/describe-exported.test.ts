import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../../src-main/engine/ingest/decode.ts';
import { copyExported } from '../../../../src-main/engine/packs/exported/copy-exported.ts';
import { describeExported } from '../../../../src-main/engine/packs/exported/describe-exported.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import { fileEntry, openPack, writeManifest } from '../../inference/further-pack.ts';

/** Models of a few kB, and what the Python runtime makes of them; `exported_models.py` made both. */
const fixtures = join(import.meta.dirname, '../../../fixtures/exported');
const { texts, models: expected } = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as {
  texts: string[];
  models: Record<string, { image: number[]; texts: number[][] }>;
};

/** A copy of a fixture that a test may spoil. */
function copyOf(name: string): string {
  const folder = join(temporaryFolder(), name);
  cpSync(join(fixtures, name), folder, { recursive: true });
  return folder;
}

function changeJson(folder: string, file: string, change: (document: Record<string, unknown>) => void): void {
  const path = join(folder, file);
  const document = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  change(document);
  writeFileSync(path, JSON.stringify(document));
}

function odd(folder: string, name: string, place: string): void {
  copyFileSync(join(fixtures, 'odd', name), join(folder, place));
}

/** The exported model as a pack folder. */
async function makePack(source: string): Promise<string> {
  const model = await describeExported(source);
  const folder = join(temporaryFolder(), 'pack');
  mkdirSync(folder);
  const names = await copyExported(model!, folder);
  const { image, text, embeddings } = model!;
  writeManifest(folder, {
    schema: 1,
    id: 'exported',
    version: '1',
    name: 'Exported',
    licence: 'not stated',
    provenance: {},
    intendedUse: '',
    limits: [],
    accuracy: [],
    files: Object.fromEntries(names.map((name) => [name, fileEntry(join(folder, name))])),
    image,
    text,
    embeddings,
  });
  return folder;
}

const unsupported = (message: RegExp): Error =>
  expect.objectContaining({
    kind: 'unsupported',
    message: expect.stringMatching(message) as string,
  }) as Error;
const refused = (message: RegExp): Error =>
  expect.objectContaining({
    kind: 'pack-refused',
    message: expect.stringMatching(message) as string,
  }) as Error;

describe('an exported model', () => {
  it.each(['clip', 'siglip', 'combined'])('gives the numbers that its reference gives: %s', async (name) => {
    const model = await openPack(await makePack(join(fixtures, name)));
    const pixels = model.preprocess(await decodeImage(join(fixtures, 'picture.png')));
    const { image, texts: sentences } = expected[name]!;
    const close = (found: Float32Array, wanted: number[]): void => {
      expect(found).toHaveLength(wanted.length);
      for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 5);
    };
    close((await model.rawImages([pixels]))[0]!.outputs['global']!, image);
    for (const [i, raw] of (await model.rawTexts(texts)).entries())
      close(raw.outputs['global']!, sentences[i]!);
    const shouted = await model.embedTexts(texts.map((text) => text.toUpperCase()));
    for (const [i, { vector }] of shouted.entries()) close(vector, sentences[i]!);
    await model.dispose();
  });

  it('is described by what its files say', async () => {
    expect(await describeExported(join(fixtures, 'clip'))).toMatchObject({
      family: 'CLIP',
      image: { width: 16, height: 16, resize: 'antialias-bicubic', crop: 'centre', std: [0.25, 0.3, 0.35] },
      text: { maxTokens: 16, padId: 0, attentionMask: 'attention_mask', idType: 'int64' },
      embeddings: [{ dimensions: 5, length: 'normalise' }],
      exportedFrom: 'tiny/clip',
    });
    const siglip = await describeExported(join(fixtures, 'siglip'));
    expect(siglip).toMatchObject({
      family: 'SigLIP',
      image: { resize: 'antialias-bilinear' },
      text: { maxTokens: 8, padId: 2, padded: true },
      embeddings: [{ imageOutput: 'pooler_output', dimensions: 4 }],
    });
    expect(siglip!.image).not.toHaveProperty('crop');
    expect(siglip!.text).not.toHaveProperty('attentionMask');
    const combined = await describeExported(join(fixtures, 'combined'));
    expect(combined!.files.map(({ name }) => name)).toEqual([
      'model.onnx',
      'model.onnx_data',
      'tokenizer.json',
    ]);
    expect(combined!.image.file).toBe(combined!.text.file);
  });

  it('is copied unchanged, but for a tokenizer that leaves lower case to a setting', async () => {
    const content = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');
    const clip = await makePack(join(fixtures, 'clip'));
    for (const name of ['vision_model.onnx', 'text_model.onnx', 'tokenizer.json'])
      expect(content(clip, name)).toBe(content(join(fixtures, 'clip'), name));
    const siglip = await makePack(join(fixtures, 'siglip'));
    const { normalizer, ...rest } = JSON.parse(content(siglip, 'tokenizer.json')) as Record<string, unknown>;
    expect(normalizer).toEqual({ type: 'Sequence', normalizers: [{ type: 'Lowercase' }] });
    expect(JSON.parse(content(join(fixtures, 'siglip'), 'tokenizer.json'))).toMatchObject(rest);
  });

  it('is taken in its plain variant, wherever it lies, and the others are named', async () => {
    const folder = copyOf('clip');
    mkdirSync(join(folder, 'onnx'));
    for (const tower of ['vision_model', 'text_model']) {
      copyFileSync(join(folder, `${tower}.onnx`), join(folder, 'onnx', `${tower}_quantized.onnx`));
      renameSync(join(folder, `${tower}.onnx`), join(folder, 'onnx', `${tower}.onnx`));
    }
    const model = await describeExported(folder);
    expect(model!.image.file).toBe('vision_model.onnx');
    expect(model!.others.map(({ name }) => name).sort()).toEqual([
      'text_model_quantized.onnx',
      'vision_model_quantized.onnx',
    ]);
    rmSync(join(folder, 'onnx', 'vision_model.onnx'));
    expect((await describeExported(folder))!.image.file).toBe('vision_model_quantized.onnx');
  });

  it('is none where no graph has such a name', async () => {
    expect(await describeExported(join(fixtures, 'odd'))).toBeNull();
    expect(await describeExported(temporaryFolder())).toBeNull();
    expect(await describeExported(join(fixtures, 'nowhere'))).toBeNull();
  });
});

describe('an exported model that is not whole is refused, saying what is missing:', () => {
  it.each([
    ['clip', 'tokenizer.json', unsupported(/tokenizer\.json is missing/)],
    ['clip', 'preprocessor_config.json', unsupported(/preprocessor_config\.json is missing/)],
    ['clip', 'text_model.onnx', unsupported(/no text_model\.onnx/)],
    ['clip', 'vision_model.onnx', unsupported(/no vision_model\.onnx/)],
    ['clip', 'config.json', unsupported(/config\.json, which says so, is missing/)],
    ['combined', 'onnx/model.onnx_data', refused(/model\.onnx_data is missing/)],
  ])('%s without %s', async (name, file, error) => {
    const folder = copyOf(name);
    rmSync(join(folder, file));
    await expect(describeExported(folder)).rejects.toThrow(error);
  });

  it('the folder of the graphs alone', async () => {
    await expect(describeExported(join(fixtures, 'combined', 'onnx'))).rejects.toThrow(
      unsupported(/tokenizer\.json is missing.*folder above/),
    );
  });

  it('weights behind a link out of the folder', async () => {
    const folder = copyOf('combined');
    renameSync(join(folder, 'onnx', 'model.onnx_data'), join(folder, 'blob'));
    symlinkSync('../blob', join(folder, 'onnx', 'model.onnx_data'));
    await expect(describeExported(folder)).rejects.toThrow(unsupported(/is a link to another folder/));
  });
});

describe('settings that Descry cannot follow are refused by name:', () => {
  const preprocessor = 'preprocessor_config.json';
  it.each([
    [preprocessor, { resample: 1 }, unsupported(/resampling 1 \(Lanczos\)/)],
    [preprocessor, { resample: 9 }, unsupported(/resampling 9 \(unknown\)/)],
    [preprocessor, { do_resize: false }, unsupported(/do_resize is off/)],
    [preprocessor, { do_pad: true }, unsupported(/do_pad/)],
    [preprocessor, { size: { shortest_edge: 32 } }, unsupported(/shorter side to 32 and cuts 16 x 16/)],
    [preprocessor, { do_center_crop: false }, unsupported(/keeps the form of pictures/)],
    ['config.json', { text_config: { max_position_embeddings: 20 } }, refused(/a text of 20 tokens/)],
    [preprocessor, { image_std: [0.5, 0, 0.5] }, unsupported(/image_std/)],
    [preprocessor, { size: { shortest_edge: 1e9 } }, refused(/preprocessor_config\.json: size/)],
    [
      preprocessor,
      { size: { height: 32, width: 16 }, do_center_crop: false },
      refused(/vision_model\.onnx cannot be run with a grey picture of 16 x 32/),
    ],
    ['config.json', { model_type: 'clipseg' }, unsupported(/"clipseg"/)],
  ])('%s: %o', async (file, change, error) => {
    const folder = copyOf('clip');
    changeJson(folder, file, (document) => Object.assign(document, change));
    await expect(describeExported(folder)).rejects.toThrow(error);
  });

  it('files that are not what their names say', async () => {
    const folder = copyOf('clip');
    writeFileSync(join(folder, preprocessor), '{');
    await expect(describeExported(folder)).rejects.toThrow(refused(/preprocessor_config\.json is not JSON/));
    const other = copyOf('clip');
    writeFileSync(join(other, 'tokenizer.json'), '{"model": {}}');
    await expect(describeExported(other)).rejects.toThrow(refused(/tokenizer\.json/));
    const third = copyOf('clip');
    writeFileSync(join(third, 'text_model.onnx'), 'not a graph');
    await expect(describeExported(third)).rejects.toThrow(refused(/text_model\.onnx is not a model/));
  });

  it('a factor other than 1/255 goes into mean and deviation', async () => {
    const folder = copyOf('siglip');
    changeJson(folder, preprocessor, (document) =>
      Object.assign(document, { rescale_factor: 1 / 127.5, image_mean: [1, 1, 1], image_std: [1, 1, 1] }),
    );
    const { image } = (await describeExported(folder))!;
    for (const value of [...image.mean, ...image.std]) expect(value).toBeCloseTo(0.5, 12);
  });
});

describe('graphs that cannot be used are refused by what is odd about them:', () => {
  it.each([
    ['no-projection.onnx', 'vision_model.onnx', unsupported(/no output image_embeds.*projection/)],
    ['fixed-batch.onnx', 'vision_model.onnx', unsupported(/always takes 1 at a time/)],
    ['half-input.onnx', 'vision_model.onnx', unsupported(/"pixel_values" is float16/)],
    ['half-output.onnx', 'vision_model.onnx', unsupported(/"image_embeds" is float16/)],
    ['not-finite.onnx', 'vision_model.onnx', refused(/not finite/)],
    ['other-space.onnx', 'vision_model.onnx', refused(/7 numbers.*sentences 5/)],
    ['patches-of-any-form.onnx', 'vision_model.onnx', unsupported(/NaFlex/)],
    ['position-ids.onnx', 'text_model.onnx', unsupported(/the input "position_ids"/)],
  ])('%s as %s', async (name, place, error) => {
    const folder = copyOf('clip');
    odd(folder, name, place);
    await expect(describeExported(folder)).rejects.toThrow(error);
  });

  it('SigLIP with an attention mask, which it is not trained with', async () => {
    const folder = copyOf('clip');
    changeJson(folder, 'config.json', (document) => (document['model_type'] = 'siglip'));
    await expect(describeExported(folder)).rejects.toThrow(unsupported(/attention mask/));
  });
});
