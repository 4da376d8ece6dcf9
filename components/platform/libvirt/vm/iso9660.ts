/**
 * A file system image as text: ISO 9660 with Joliet names (ECMA-119), for cloud-init's disk. Pure.
 *
 * It must be text, because the libvirt provider's only volume with content from the program is `Combustion`, and that content is
 * a string. Every byte must be valid UTF-8, so only the files may have bytes above 0x7f. This needs three deviations:
 * - the volume descriptor set should end with a descriptor of type 255, which cannot be written. Linux (fs/isofs/inode.c) and blkid
 *   stop at the second descriptor, Joliet's, and never look for the end; other readers may refuse the image;
 * - files are filled with newlines up to the next sector, so that the bytes of their sizes are small;
 * - unused bytes are spaces, because a NUL takes six characters in the stack's state.
 */

/** Bytes of a sector. */
const SECTOR = 2048;
/** Sectors before the volume descriptors. */
const SYSTEM_AREA = 16;
/** Sector of each part. Files follow. */
const AT = { iso: 16, joliet: 17, isoTables: 18, jolietTables: 20, isoRoot: 22, jolietRoot: 23, files: 24 } as const;
/** Largest file: its size in sectors of 8 × 256 bytes must be below 0x80 × 256. */
const MAX_FILE = 15 * SECTOR;

/** The content of a directory record. */
type Extent = { readonly sector: number; readonly bytes: number };

/**
 * Renders an image with a few small files in its root.
 *
 * @param label Volume id, at most 16 characters.
 * @param files Text by file name, at most 30 KiB each.
 */
export function renderIso(label: string, files: Readonly<Record<string, string>>): string {
  const contents = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => ({ name, text: fill(text, name) }));
  let sector: number = AT.files;
  const placed = contents.map(({ name, text }) => {
    const extent = { sector, bytes: Buffer.byteLength(text) };
    sector += extent.bytes / SECTOR;
    return { name, extent };
  });
  if (sector > 0x7f) throw new Error(`files of ${sector - AT.files} sectors do not fit: need 103 or less`);

  const iso = { id: ascii, root: AT.isoRoot, tables: AT.isoTables, type: "\x01", escape: "" };
  const joliet = { id: ucs2, root: AT.jolietRoot, tables: AT.jolietTables, type: "\x02", escape: "%/E" };
  const directory = ({ id, root }: Volume, spelled: (name: string) => string): string => {
    const self = { sector: root, bytes: SECTOR };
    const records = placed.map(({ name, extent }) => record(id(spelled(name)), extent, 0));
    // The folder itself and its parent have one-byte names.
    return [record("\x00", self, 2), record("\x01", self, 2), ...records].join("").padEnd(SECTOR, "\x00");
  };
  return [
    " ".repeat(SYSTEM_AREA * SECTOR),
    descriptor(iso, label, sector),
    descriptor(joliet, label, sector),
    ...[iso, joliet].flatMap(({ root }) => [little, big].map((number) => pathTable(root, number))),
    directory(iso, (name) => `${name.toUpperCase()}.;1`),
    directory(joliet, (name) => name),
    ...contents.map(({ text }) => text),
  ].join("");
}

/** One of two views of the same files: plain ISO 9660, or Joliet with unchanged names. */
type Volume = {
  /** Encodes a name. */
  readonly id: (text: string) => string;
  readonly root: number;
  readonly tables: number;
  /** 1 primary, 2 supplementary. */
  readonly type: string;
  /** Character set of a supplementary volume. */
  readonly escape: string;
};

/** ECMA-119, 8.4 and 8.5. */
function descriptor(volume: Volume, label: string, sectors: number): string {
  const { id, root, tables, type, escape } = volume;
  const blank = (bytes: number): string => id(" ".repeat(bytes)).slice(0, bytes);
  const named = id(label);
  if (named.length > 32) throw new Error(`${label} is not a volume id: at most 16 characters`);
  return [
    `${type}CD001\x01\x00`,
    blank(32), // system
    named + blank(32 - named.length),
    "\x00".repeat(8),
    both32(sectors),
    escape.padEnd(32, "\x00"),
    both16(1), // volumes in the set
    both16(1), // this one
    both16(SECTOR),
    both32(PATH_TABLE),
    little(tables, 4),
    little(0, 4),
    big(tables + 1, 4),
    big(0, 4),
    record("\x00", { sector: root, bytes: SECTOR }, 2),
    blank(128 * 4 + 37 * 3), // set, publisher, preparer, application; copyright, abstract, bibliography
    `${"0".repeat(16)}\x00`.repeat(4), // created, modified, expires, effective: not said
    "\x01\x00",
  ]
    .join("")
    .padEnd(SECTOR, "\x00");
}

/** Bytes of a path table with only the root. */
const PATH_TABLE = 10;

/** ECMA-119, 9.4, in one of the two orders of bytes. */
const pathTable = (root: number, number: typeof little): string =>
  `\x01\x00${number(root, 4)}${number(1, 2)}\x00\x00`.padEnd(SECTOR, " ");

/** ECMA-119, 9.1: a file (flags 0) or directory (2). The time is fixed, because the same text must give the same seed. */
function record(id: string, { sector, bytes }: Extent, flags: 0 | 2): string {
  // A filler follows a name of even length.
  const name = `${String.fromCharCode(id.length)}${id}`.padEnd(id.length + 1 + ((id.length + 1) % 2), "\x00");
  const date = String.fromCharCode(125, 1, 1, 0, 0, 0, 0);
  const rest = `\x00${both32(sector)}${both32(bytes)}${date}${String.fromCharCode(flags)}\x00\x00${both16(1)}${name}`;
  return String.fromCharCode(rest.length + 1) + rest;
}

const ascii = (text: string): string => text;
/** An ASCII text in UCS-2, high byte first. */
const ucs2 = (text: string): string => text.replaceAll(/./gs, "\x00$&");

/** A number's bytes, lowest first. */
const digits = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, index) => {
    const digit = Math.floor(value / 256 ** index) % 256;
    if (digit > 0x7f) throw new Error(`${value} cannot be written in bytes below 0x80`);
    return digit;
  });
const little = (value: number, bytes: number): string => String.fromCharCode(...digits(value, bytes));
const big = (value: number, bytes: number): string => String.fromCharCode(...digits(value, bytes).reverse());
/** A number in both byte orders, the usual form. */
const both32 = (value: number): string => little(value, 4) + big(value, 4);
const both16 = (value: number): string => little(value, 2) + big(value, 2);

/** A file's text, filled up to whole sectors. */
function fill(text: string, name: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_FILE) throw new Error(`${name} has ${bytes} bytes, more than ${MAX_FILE}`);
  return text + "\n".repeat((SECTOR - (bytes % SECTOR)) % SECTOR);
}
