/**
 * The file in which libvirt's QEMU driver saves a domain: a header, the domain's XML, a cookie, and QEMU's migration stream.
 * Pure. All numbers are 32 bits in the host's byte order.
 *
 * @see https://gitlab.com/libvirt/libvirt/-/blob/v11.3.0/src/qemu/qemu_saveimage.h
 */

/** First bytes of a complete file. libvirt writes LibvirtQemudPart until the file is complete. */
const MAGIC = "LibvirtQemudSave";
/** Magic, five numbers, 56 reserved bytes. */
const HEADER = 92;

/** The data before the migration stream. */
export type Head = {
  readonly xml: string;
  /** libvirt's data about the running domain, an XML text; undefined: none. */
  readonly cookie?: string;
};

/** Renders the head of a file with an uncompressed stream, whose guest runs after a restore. */
export function renderHead({ xml, cookie }: Head): Buffer {
  const data = Buffer.from(cookie === undefined ? `${xml}\0` : `${xml}\0${cookie}\0`);
  const header = Buffer.alloc(HEADER);
  header.write(MAGIC, "latin1");
  const cookieOffset = cookie === undefined ? 0 : Buffer.byteLength(xml) + 1;
  for (const [index, value] of [2, data.length, 1, 0, cookieOffset].entries()) {
    header.writeUInt32LE(value, MAGIC.length + 4 * index);
  }
  return Buffer.concat([header, data]);
}

/** Reads the head of a file and the offset of its stream. Throws if libvirt 11 did not write the file. */
export function parseHead(file: Buffer): Head & { readonly streamAt: number } {
  if (file.length < HEADER || file.toString("latin1", 0, MAGIC.length) !== MAGIC) throw new Error("no saved domain");
  const [version, length, , format, cookieOffset] = [0, 1, 2, 3, 4].map((n) => file.readUInt32LE(MAGIC.length + 4 * n));
  if (version !== 2 || format !== 0) throw new Error(`saved domain of version ${version}, format ${format}: need 2, 0`);
  const streamAt = HEADER + (length as number);
  if (file.length < streamAt) throw new Error("saved domain: cut off");
  const end = (from: number): number => file.indexOf(0, from);
  const xml = file.toString("utf8", HEADER, end(HEADER));
  const cookieAt = HEADER + (cookieOffset as number);
  return cookieOffset === 0
    ? { xml, streamAt }
    : { xml, cookie: file.toString("utf8", cookieAt, end(cookieAt)), streamAt };
}
