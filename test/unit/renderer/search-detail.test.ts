import { describe, expect, it, vi } from 'vitest';
import type { DescryClient } from '../../../src-main/api/types.ts';
import { DetailManager } from '../../../src-renderer/routes/search/detail-manager.svelte.ts';
import { heatPixels } from '../../../src-renderer/routes/search/heat.ts';
import { HistoryManager } from '../../../src-renderer/routes/search/history-manager.svelte.ts';
import { describeRow, shortTime } from '../../../src-renderer/routes/search/row-words.ts';

describe('heat map', () => {
  it('leaves the least patch clear, veils the greatest most, and keeps one hue', () => {
    const pixels = heatPixels({ rows: 1, columns: 3, values: [-0.1, 0.1, 0.3] }, [255, 96, 0]);
    expect([...pixels]).toEqual([255, 96, 0, 0, 255, 96, 0, 48, 255, 96, 0, 190]);
  });

  it('veils nothing when all patches are alike', () => {
    const pixels = heatPixels({ rows: 2, columns: 1, values: [0.2, 0.2] }, [1, 2, 3]);
    expect([pixels[3], pixels[7]]).toEqual([0, 0]);
  });
});

describe('detail', () => {
  function detailClient(): {
    client: DescryClient;
    get: ReturnType<typeof vi.fn>;
    explain: ReturnType<typeof vi.fn>;
  } {
    const get = vi.fn(async ({ cropId }: { cropId: number }) => ({ id: cropId }));
    const explain = vi.fn(async ({ cropId }: { cropId: number }) => ({ cropId, phrases: [] }));
    const track = async ({ cropId }: { cropId: number }): Promise<unknown> => [
      { id: cropId },
      { id: cropId + 1 },
    ];
    return {
      client: { crops: { get, track }, search: { explain } } as unknown as DescryClient,
      get,
      explain,
    };
  }

  it('shows the newest crop, whichever answer comes last, and explains it by its search', async () => {
    const { client, get, explain } = detailClient();
    const detail = new DetailManager(client);
    let release = (): void => undefined;
    get.mockImplementationOnce(async () => {
      await new Promise<void>((resolve) => (release = resolve));
      return { id: 1 };
    });
    const old = detail.show(1, 9);
    await detail.show(2, 9);
    release();
    await old;
    expect(detail.detail?.id).toBe(2);
    expect(detail.explanation?.cropId).toBe(2);
    expect(explain).toHaveBeenLastCalledWith({ searchId: 9, cropId: 2 }, expect.anything());
    await detail.show(2, 9);
    expect(get).toHaveBeenCalledTimes(2);
  });

  it('reads again what a mark changed, on the crop or its track, without explaining anew', async () => {
    const { client, get, explain } = detailClient();
    const detail = new DetailManager(client);
    await detail.show(5, 1);
    await detail.refresh([77]);
    expect(get).toHaveBeenCalledTimes(1);
    await detail.refresh([6]);
    expect(get).toHaveBeenCalledTimes(2);
    expect(explain).toHaveBeenCalledTimes(1);
  });

  it('keeps the crop when only its explanation fails', async () => {
    const { client, explain } = detailClient();
    explain.mockRejectedValueOnce(new Error('another model'));
    const detail = new DetailManager(client);
    await detail.show(5, 1);
    expect(detail.detail?.id).toBe(5);
    expect(detail.error).toBeNull();
    expect(detail.explanationError).toBeInstanceOf(Error);
  });
});

describe('history', () => {
  it('forgets a name that is emptied, and keeps the list in step', async () => {
    const rename = vi.fn(async ({ searchId, name }: { searchId: number; name: string | null }) => ({
      id: searchId,
      name,
    }));
    const history = async (): Promise<unknown> => [
      { id: 2, name: 'old' },
      { id: 1, name: null },
    ];
    const manager = new HistoryManager({ search: { rename, history } } as unknown as DescryClient);
    await manager.reload();
    await manager.rename(2, '  ');
    expect(rename).toHaveBeenCalledWith({ searchId: 2, name: null });
    expect(manager.list?.map((record) => record.name)).toEqual([null, null]);
    await manager.rename(1, ' gate ');
    expect(rename).toHaveBeenLastCalledWith({ searchId: 1, name: 'gate' });
  });
});

describe('words for a row', () => {
  it('writes the time as the engine gave it, in the zone of the case', () => {
    expect(shortTime('2026-03-04T08:15:02+01:00')).toBe('4 Mar 08:15:02');
    expect(shortTime('2026-12-14T08:15:02.250Z')).toBe('14 Dec 08:15:02');
    expect(shortTime(null)).toBe('No time');
  });

  it('says what a screen reader needs, and nothing that is not there', () => {
    const crop = {
      id: 1,
      fileName: 'a.jpg',
      width: 1,
      height: 1,
      camera: null,
      recordedTime: null,
      correctedTime: null,
      track: null,
      verdict: null,
      tags: [],
      noteCount: 0,
    };
    expect(describeRow(crop)).toBe('camera unknown, time unknown');
    expect(
      describeRow({
        ...crop,
        rank: 3,
        score: 0.25,
        camera: 'Gate',
        correctedTime: '2026-03-04T08:15:02+01:00',
        track: '7',
        verdict: 'unsure',
      }),
    ).toBe('Rank 3, score 0.2500, camera Gate, 4 Mar 08:15:02, track 7, marked unsure');
  });
});
