/** Formats that Descry reads, as `image/<format>` names them. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif';

const extensions: Record<ImageFormat, string> = {
  jpeg: '.jpg',
  png: '.png',
  webp: '.webp',
  gif: '.gif',
  tiff: '.tif',
  avif: '.avif',
};

/** The usual extension of a format, with its dot. */
export function extensionOf(format: ImageFormat): string {
  return extensions[format];
}

/**
 * The format that the first bytes announce, or null. Only pixels are let through: a drawing (SVG) or
 * a document is no picture taken by a camera, and its interpreter is no place for hostile input.
 */
export function sniffFormat(bytes: Buffer): ImageFormat | null {
  if (bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xffd8ff) return 'jpeg';
  const head = bytes.toString('latin1', 0, 16);
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return 'tiff';
  if (head.slice(4, 8) === 'ftyp' && /avi[fs]|mif1|msf1/.test(bytes.toString('latin1', 8, 64))) return 'avif';
  return null;
}

/** A name for the content of something that is not a picture, where it is easily told. */
export function describeContent(bytes: Buffer): string {
  const head = bytes.toString('latin1', 0, 16);
  if (head.startsWith('BM')) return 'a BMP picture, which Descry does not read; convert it to PNG';
  if (head.slice(4, 8) === 'ftyp' && /hei[cxf]|hev[cx]/.test(head.slice(8))) {
    return 'a HEIC picture, which Descry does not read; convert it to PNG';
  }
  if (head.slice(4, 8) === 'ftyp' || head.startsWith('\x1aE\xdf\xa3') || head.startsWith('RIFF'))
    return 'a video or sound file';
  if (head.startsWith('%PDF')) return 'a PDF document';
  if (head.startsWith('PK')) return 'a ZIP archive or an office document';
  if (/^\s*<(\?xml|svg|!doctype|html)/i.test(head)) return 'a text in XML or HTML';
  if (!/[\0-\x08\x0e-\x1f\x7f]/.test(bytes.toString('latin1', 0, 256))) return 'a text';
  return 'data of an unknown kind';
}

/** Whether the file ends before its own structure says that it should. Only sure cases are told. */
export function isCutShort(bytes: Buffer, format: ImageFormat): boolean {
  switch (format) {
    case 'jpeg':
      return bytes.lastIndexOf(Buffer.of(0xff, 0xd9)) < 2;
    case 'png':
      return bytes.lastIndexOf('IEND', undefined, 'latin1') < 0;
    case 'webp':
      return bytes.length < 12 || bytes.readUInt32LE(4) + 8 > bytes.length;
    case 'gif':
      return bytes.at(-1) !== 0x3b;
    case 'tiff': {
      if (bytes.length < 8) return true;
      const little = bytes[0] === 0x49;
      const version = little ? bytes.readUInt16LE(2) : bytes.readUInt16BE(2);
      return version === 42 && (little ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4)) + 2 > bytes.length;
    }
    case 'avif':
      return bytes.length < 64;
  }
}
