import { colours, type TextStyle } from './page-writer.ts';

export const text: TextStyle = { font: 'regular', size: 9, colour: colours.ink };
export const strong: TextStyle = { ...text, font: 'bold' };
export const soft: TextStyle = { ...text, colour: colours.soft };
export const small: TextStyle = { font: 'regular', size: 7.5, colour: colours.soft };
export const title: TextStyle = { font: 'bold', size: 18, colour: colours.accent };
export const headings: readonly TextStyle[] = [
  { font: 'bold', size: 14, colour: colours.accent },
  { font: 'bold', size: 11, colour: colours.ink },
];
