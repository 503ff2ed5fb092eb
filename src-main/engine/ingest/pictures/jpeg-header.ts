/** What the header of a plain JPEG says. */
export interface JpegHeader {
  width: number;
  height: number;
}

const marker = {
  startOfBaseline: 0xc0,
  startOfExtended: 0xc1,
  startOfScan: 0xda,
  exifOrXmp: 0xe1,
  profile: 0xe2,
  quantization: 0xdb,
  huffman: 0xc4,
  restartInterval: 0xdd,
  firstApplication: 0xe0,
  lastApplication: 0xef,
  comment: 0xfe,
} as const;

/** Sampling of luma, horizontal times 16 plus vertical; chroma is 1 x 1. */
const samplings = new Set([0x11, 0x21, 0x22]);

/**
 * The header of a JPEG whose pixels are all that there is to it: sequential, 8 bits, three components,
 * luma sampled once or twice as finely as chroma, without EXIF and colour profile (ITU-T T.81 annex B).
 * Progressive files are not among them: a small one can ask for any amount of work.
 * @returns null for every other file, whatever it is.
 */
export function plainJpegHeader(bytes: Buffer): JpegHeader | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  let header: JpegHeader | null = null;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const code = bytes[at + 1]!;
    const length = bytes.readUInt16BE(at + 2);
    const segment = bytes.subarray(at + 4, at + 2 + length);
    if (length < 2 || segment.length !== length - 2) return null;
    if (code === marker.startOfScan) return header;
    if (code === marker.startOfBaseline || code === marker.startOfExtended) {
      if (header) return null;
      header = frameHeader(segment);
      if (!header) return null;
    } else if (!isHarmless(code, segment)) return null;
    at += 2 + length;
  }
  return null;
}

function frameHeader(segment: Buffer): JpegHeader | null {
  if (segment.length !== 15 || segment[0] !== 8 || segment[5] !== 3) return null;
  if (!samplings.has(segment[7]!) || segment[10] !== 0x11 || segment[13] !== 0x11) return null;
  const height = segment.readUInt16BE(1);
  const width = segment.readUInt16BE(3);
  return width > 0 && height > 0 ? { width, height } : null;
}

/** Whether a segment is a table, or application data that says nothing of how the picture is to be shown. */
function isHarmless(code: number, segment: Buffer): boolean {
  switch (code) {
    case marker.quantization:
    case marker.huffman:
    case marker.restartInterval:
    case marker.comment:
      return true;
    case marker.exifOrXmp:
      return !segment.subarray(0, 4).equals(Buffer.from('Exif'));
    case marker.profile:
      return !segment.subarray(0, 11).equals(Buffer.from('ICC_PROFILE'));
    default:
      return code >= marker.firstApplication && code <= marker.lastApplication;
  }
}
