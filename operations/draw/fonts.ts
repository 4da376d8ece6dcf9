/** The fonts of the pictures, and the width of texts. */

/** Size in pixels and font of a text. */
export const TEXT = {
  title: { size: 20, weight: 600, mono: false },
  description: { size: 13, weight: 400, mono: false },
  heading: { size: 15, weight: 600, mono: false },
  pill: { size: 11, weight: 700, mono: false },
  note: { size: 12, weight: 400, mono: false },
  strong: { size: 12, weight: 600, mono: false },
  address: { size: 12, weight: 400, mono: true },
  vip: { size: 12, weight: 700, mono: true },
  mac: { size: 11, weight: 400, mono: true },
  fine: { size: 11, weight: 400, mono: false },
  lost: { size: 12, weight: 600, mono: false },
} as const satisfies Readonly<Record<string, { size: number; weight: number; mono: boolean }>>;

export type TextStyle = keyof typeof TEXT;

/** Widths of characters in parts of their size. They are those of DejaVu, the widest common font, because viewers use different fonts. */
const MONO = 0.61;
const BOLD = 1.12;
const SANS: readonly (readonly [RegExp, number])[] = [
  // Chinese, Japanese and Korean characters fill a square.
  [/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/, 1],
  [/[MWmw@%…→✗×]/, 1],
  [/[il.,:;'|!()[\]/ jtf-]/, 0.4],
  [/[0-9]/, 0.64],
  [/[A-Z]/, 0.72],
];
const OTHER = 0.62;

/** Greatest width of a text in pixels, approximately. */
export function textWidth(text: string, style: TextStyle): number {
  const { size, weight, mono } = TEXT[style];
  const ems = Array.from(text).reduce((sum, char) => {
    const sans = SANS.find(([set]) => set.test(char))?.[1] ?? OTHER;
    return sum + (mono ? Math.max(MONO, isSquare(char) ? 1 : 0) : sans * (weight > 500 ? BOLD : 1));
  }, 0);
  return Math.ceil(ems * size);
}

const isSquare = (char: string): boolean => SANS[0]?.[0].test(char) ?? false;

/** Wraps words into lines of that width at most. A wider word gets its own line. */
export const wrapped = (text: string, style: TextStyle, width: number): string[] =>
  filled(text, (line) => textWidth(line, style) <= width);

/** Wraps words into lines that fit. A word that does not fit gets its own line. */
export function filled(text: string, fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
