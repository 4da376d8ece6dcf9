import * as fs from "node:fs";
import * as path from "node:path";
import type { DnsNode } from "../../../model/topology/node";
import type { Ask } from "../../looks/ask";

/** What a DNS server answers by name: addresses, or the code of an error; "": nothing. */
export type WithNames = { readonly names?: Readonly<Record<string, string>> };

/** A name that nobody has (RFC 6761). */
export const UNKNOWN = "no-such-name.invalid";

/** bash, because its redirections speak UDP: every machine has it, and no machine needs a DNS client. */
const program = fs.readFileSync(path.join(__dirname, "ask.sh"), "utf8");

const asked = ({ records }: DnsNode): string[] => [...Object.keys(records), UNKNOWN];

/** Asks for each of its names, and for one that it must not know. */
export const names = {
  command: (node: DnsNode, address: string) => [
    "bash",
    "-c",
    program,
    "ask",
    address,
    "53",
    ...asked(node).map((name) => renderQuery(name)),
  ],
  read(node: DnsNode, output: string): WithNames {
    const lines = output.split("\n");
    return { names: Object.fromEntries(asked(node).map((name, index) => [name, parseAnswer(lines[index] ?? "")])) };
  },
} satisfies Ask<DnsNode, WithNames>;

/** Types of records, RFC 1035, 3.2.2: an IPv4 address, and a text. */
const A = 1;
export const TXT = 16;

/** RFC 1035, 4.1: a query for a record of a name, by default its IPv4 address; each byte as \xHH. */
export function renderQuery(name: string, type = A): string {
  // Any number; recursion desired; one question.
  const header = [0x4c, 0x56, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  const labels = name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
  const internet = 1;
  return [...header, ...labels, 0, 0, type, 0, internet]
    .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
    .join("");
}

/** Names of the codes that a server may answer with, RFC 1035, 4.1.1. */
const CODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

/** Reads an answer in hex: its IPv4 addresses, or its code if it has none; "": it is none. */
export function parseAnswer(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  if (!isAnswer(bytes)) return "";
  const code = (bytes[3] ?? 0) & 0xf;
  const addresses = recordsOf(bytes)
    .filter(({ type, data }) => type === A && data.length === 4)
    .map(({ data }) => [...data].join("."));
  return addresses.length > 0 ? addresses.sort().join(", ") : (CODES[code] ?? `code ${code}`);
}

const isAnswer = (bytes: Buffer): boolean => bytes.length >= 12 && (bytes[2] ?? 0) >= 0x80;

/** The records of an answer, up to one that is cut off. */
export function recordsOf(bytes: Buffer): { readonly type: number; readonly data: Buffer }[] {
  if (!isAnswer(bytes)) return [];
  const records: { type: number; data: Buffer }[] = [];
  let at = afterName(bytes, 12) + 4;
  for (let left = bytes.readUInt16BE(6); left > 0; left--) {
    at = afterName(bytes, at);
    if (at + 10 > bytes.length) break;
    const [type, length] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 8)];
    records.push({ type, data: bytes.subarray(at + 10, at + 10 + length) });
    at += 10 + length;
  }
  return records;
}

/** The place after a name: labels up to an empty one, or a pointer of two bytes to where it stands already. */
function afterName(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
    if (length === 0) break;
  }
  return at;
}
