import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const colours = {
  red: '#b3121d',
  blue: '#1b3fae',
  green: '#128040',
  yellow: '#d8b412',
  black: '#1c1c1e',
  white: '#e9e9e6',
};
type Colour = keyof typeof colours;

/** What a drawn figure wears. */
export interface Clothes {
  jacket: Colour;
  trousers: Colour;
}

/**
 * Draws figures in plain colours as crops of two cameras, a minute apart, named as Descry's own pattern
 * asks. @returns the file names, in the order of the clothes.
 */
export async function drawCrops(folder: string, clothes: readonly Clothes[]): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  return Promise.all(
    clothes.map(async ({ jacket, trousers }, index) => {
      const camera = index % 2 === 0 ? 'gate' : 'hall';
      const name = `${camera}_20260301-08${String(10 + index)}00_${index + 1}_0.jpg`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="160">
        <rect width="64" height="160" fill="rgb(${140 + index}, 140, 132)"/>
        <circle cx="32" cy="24" r="12" fill="#c79a79"/>
        <rect x="15" y="37" width="34" height="52" rx="8" fill="${colours[jacket]}"/>
        <rect x="18" y="86" width="13" height="62" fill="${colours[trousers]}"/>
        <rect x="33" y="86" width="13" height="62" fill="${colours[trousers]}"/></svg>`;
      await sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toFile(join(folder, name));
      return name;
    }),
  );
}
