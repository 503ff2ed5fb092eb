import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DescryError } from '../../../src-main/engine/errors.ts';
import { namePattern, PatternChoice, presets } from '../../../src-main/engine/ingest/name-pattern.ts';
import { compileTemplate } from '../../../src-main/engine/ingest/template.ts';

function columnOf(template: string): unknown {
  try {
    compileTemplate(template);
    return 'no error';
  } catch (error) {
    if (!(error instanceof DescryError)) throw error;
    expect(error.kind).toBe('invalid-input');
    expect(error.message).toContain(`column ${String(error.detail['column'])}`);
    return error.detail['column'];
  }
}

describe('templates', () => {
  it('reads camera, time, track and frame', () => {
    const pattern = namePattern('{camera}_{date:yyyyMMdd}-{time:HHmmssSSS}_{track}_f{frame}');
    expect(pattern.parse('gate_north_20260314-081502250_t12_f00042.jpg')).toEqual({
      camera: 'gate_north',
      time: '2026-03-14T08:15:02.250',
      track: 't12',
      frame: 42,
    });
    expect(pattern.parse('gate_20260314_081502_1.jpg')).toBeNull();
  });

  it('reads the camera from the folder', () => {
    const pattern = namePattern('{camera}/{date:yyyy-MM-dd}_{time:HH-mm-ss}');
    expect(pattern.parse('export/cam 3/2026-03-14_08-15-02.png')).toMatchObject({
      camera: 'cam 3',
      time: '2026-03-14T08:15:02',
    });
    expect(pattern.parse('2026-03-14_08-15-02.png')).toBeNull();
  });

  it('keeps a camera whole that has separators in its name, and leaves what does not matter', () => {
    expect(namePattern('{camera}_{track}_{n}').parse('gate_north_7_3.jpg')).toMatchObject({
      camera: 'gate_north',
      track: '7',
    });
    expect(namePattern('{*}-{track}-{*}').parse('a-b-c-d.jpg')).toMatchObject({ track: 'b-c' });
    expect(namePattern('{camera}.{n}').parse('a.b.7.jpeg')).toMatchObject({ camera: 'a.b' });
  });

  it('takes an extension in the template, two-digit years, braces, and a backslash for a folder', () => {
    expect(namePattern('{camera}_{n}.jpg').parse('a_1.PNG')).toMatchObject({ camera: 'a' });
    expect(namePattern('{date:yyMMdd}{time:HHmm}').parse('2603140815.jpg')).toMatchObject({
      time: '2026-03-14T08:15:00',
    });
    expect(namePattern('{{{camera}}}').parse('{x}.jpg')).toMatchObject({ camera: 'x' });
    expect(namePattern('{camera}\\{n}').parse('x/1.jpg')).toMatchObject({ camera: 'x' });
  });

  it.each([
    ['{camera', 1],
    ['{camera}_}', 10],
    ['{camera}_{person}', 10],
    ['{camera}{track}', 9],
    ['{frame}{n}', 8],
    ['{camera}_{camera}', 10],
    ['{date:yyyyMMxx}_{time:HHmmss}', 13],
    ['{date:yyyyMMdd}', 7],
    ['{time:HHmmss}', 7],
    ['{date:yyyyMMdd}{date:yyyyMMdd}', 22],
    ['{camera:x}', 8],
    ['{date:--}', 7],
    ['plain', 1],
  ])('says where the mistake in %s is', (template, column) => {
    expect(columnOf(template)).toBe(column);
  });

  it('compiles or refuses any text, and matches any name in bounded work', () => {
    const piece = fc.constantFrom(
      '{camera}',
      '{track}',
      '{*}',
      '{n}',
      '{frame}',
      '{date:yyyyMMdd}',
      '{time:HHmmss}',
      '_',
      '__',
      '/',
      'x',
      '{',
      '}',
      '{{',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.string({ maxLength: 60 }), (pieces, name) => {
        let template;
        try {
          template = compileTemplate(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(DescryError);
          return;
        }
        template.parse(name);
      }),
      { numRuns: 2000 },
    );
    const hostile = compileTemplate('{camera}_{track}_{*}_{*}_{*}_{*}_{*}_x');
    expect(hostile.parse('_'.repeat(400))).toBeNull();
  });

  it('reads back what it is given', () => {
    const word = fc.stringMatching(/^[a-z][a-z-]{0,8}$/);
    const digits = (length: number, most: number): fc.Arbitrary<string> =>
      fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(length, '0'));
    fc.assert(
      fc.property(
        word,
        digits(4, 9999),
        digits(2, 99),
        digits(2, 99),
        digits(6, 999_999),
        word,
        fc.nat(1e6),
        (camera, year, month, day, time, track, frame) => {
          const parts = compileTemplate('{camera}_{date:yyyyMMdd}-{time:HHmmss}_{track}_{frame}').parse(
            `${camera}_${year}${month}${day}-${time}_${track}_${frame}`,
          );
          const clock = `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
          expect(parts).toEqual({ camera, time: `${year}-${month}-${day}T${clock}`, track, frame });
        },
      ),
    );
  });
});

describe('presets', () => {
  it('read their own examples, and so do the templates that explain them', () => {
    for (const preset of presets) {
      const parsed = namePattern(preset.id).parse(preset.example);
      expect(parsed, preset.id).not.toBeNull();
      expect(namePattern(preset.template).parse(preset.example), preset.id).toEqual(parsed);
    }
  });

  it('read the names of the public sets', () => {
    expect(namePattern('market1501').parse('bounding_box_test/-1_c3s2_000451_03.jpg')).toEqual({
      camera: 'c3',
      time: null,
      track: null,
      frame: 451,
    });
    expect(namePattern('market1501').parse('0002_c1s1_000451_03.jpg')).toEqual({
      camera: 'c1',
      time: null,
      track: '0002',
      frame: 451,
    });
    expect(namePattern('msmt17').parse('train/0000/0000_015_14_0303noon_0014_0_ex.jpg')).toMatchObject({
      camera: '14',
      track: '0000',
      frame: 14,
    });
    expect(namePattern('cuhk-pedes').parse('imgs/cam_a/107_45.jpg')).toMatchObject({
      camera: 'cam_a',
      track: '107',
    });
    expect(namePattern('cuhk-pedes').parse('CUHK01/0363004.png')).toMatchObject({
      camera: 'CUHK01-b',
      track: '0363',
    });
    expect(namePattern('cuhk-pedes').parse('CUHK03/1_053_2_07.png')).toMatchObject({
      camera: 'CUHK03-1-2',
      track: '053',
    });
    expect(namePattern('cuhk-pedes').parse('Market/0044_c1s1_001976_00.jpg')).toMatchObject({
      camera: 'c1',
      track: '0044',
    });
    expect(namePattern('descry').parse('gate-north_20260314-081502_12_3.jpg')).toEqual({
      camera: 'gate-north',
      time: '2026-03-14T08:15:02',
      track: '12',
      frame: null,
    });
  });

  it('are chosen by what most names fit, and by none when few do', () => {
    const choose = (...names: string[]): string => {
      const choice = new PatternChoice();
      names.forEach((name) => choice.add(name));
      return choice.best().id;
    };
    expect(choose('0002_c1s1_000451_03.jpg', '0002_c1s1_000452_03.jpg', 'holiday.jpg')).toBe('market1501');
    expect(choose('a_20260314-081502_1_1.jpg')).toBe('descry');
    expect(choose('a.jpg', 'b.jpg', '0002_c1s1_000451_03.jpg')).toBe('none');
    expect(choose()).toBe('none');
  });
});
