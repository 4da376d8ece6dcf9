import { parseDocument } from "yaml";
import { type Cidr, cidrOf } from "./addresses";
import type { Accepted, Card, Segment } from "./plan";

/** The content of site.yaml: facts that the configurations do not contain. */
export interface SiteFacts {
  /** The version of keepalived that uses the files; absent: any 2.x. */
  readonly keepalived: string | undefined;
  readonly cards: ReadonlyMap<string, readonly Card[]>;
  readonly segments: readonly Segment[];
  readonly accepted: readonly Accepted[];
  /** What the machines' firewalls mark, for `virtual_server fwmark`. */
  readonly marks: readonly SiteMark[];
}

/** Packets for a VIP that get a firewall mark on every machine that has its virtual server. */
export interface SiteMark {
  readonly mark: number;
  readonly to: string;
  readonly protocol: "tcp" | "udp";
  /** The first port, and the last one of a range. */
  readonly ports: readonly [first: number, last: number];
}

export const NOTHING: SiteFacts = { keepalived: undefined, cards: new Map(), segments: [], accepted: [], marks: [] };

type Mapping = Readonly<Record<string, unknown>>;

/** Collects problems with their paths in the file. */
class Reader {
  readonly problems: string[] = [];

  wrong(path: string, got: unknown, need: string): undefined {
    const shown = got === undefined ? "nothing" : typeof got === "object" ? "a block" : String(got as string);
    this.problems.push(`${path}: got ${shown}, need ${need}`);
  }

  mapping(path: string, value: unknown): Mapping {
    if (value === undefined || value === null) return {};
    if (typeof value === "object" && !Array.isArray(value)) return value as Mapping;
    this.wrong(path, value, "a block of names");
    return {};
  }

  list(path: string, value: unknown): readonly unknown[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value as readonly unknown[];
    this.wrong(path, value, "a list");
    return [];
  }

  /** A block whose names are known. */
  block(path: string, value: unknown, names: readonly string[]): Mapping {
    const found = this.mapping(path, value);
    for (const name of Object.keys(found))
      if (!names.includes(name))
        this.wrong(path === "" ? name : `${path}.${name}`, "this name", `one of ${names.join(", ")}`);
    return found;
  }

  text(path: string, value: unknown): string | undefined {
    if (typeof value === "string" && value.trim() !== "") return value;
    return this.wrong(path, value, "a text");
  }

  cidr(path: string, value: unknown): Cidr | undefined {
    const found = typeof value === "string" && value.includes("/") ? cidrOf(value) : undefined;
    return found ?? this.wrong(path, value, "an address with its prefix length, such as 192.0.2.11/24");
  }
}

/** Reads site.yaml. Returns its content and all problems. */
export function readSiteFile(text: string): { readonly facts: SiteFacts; readonly problems: readonly string[] } {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true });
  const reader = new Reader();
  for (const { message } of document.errors) reader.problems.push(message);
  if (reader.problems.length > 0) return { facts: NOTHING, problems: reader.problems };
  const top = reader.block("", document.toJS(), ["keepalived", "nodes", "segments", "accept", "marks"]);
  const cards = new Map(
    Object.entries(reader.mapping("nodes", top.nodes)).map(([name, value]) => {
      const path = `nodes.${name}`;
      const { addresses } = reader.block(path, value, ["addresses"]);
      return [name, cardsOf(reader, `${path}.addresses`, addresses)];
    }),
  );
  const segments = Object.entries(reader.mapping("segments", top.segments)).flatMap(([name, value]): Segment[] => {
    const path = `segments.${name}`;
    const { cidr: network, multicast = true } = reader.block(path, value, ["cidr", "multicast"]);
    const cidr = reader.cidr(`${path}.cidr`, network);
    if (typeof multicast !== "boolean") reader.wrong(`${path}.multicast`, multicast, "true or false");
    return cidr ? [Object.freeze({ name, cidr, hasMulticast: multicast !== false })] : [];
  });
  const accepted = reader.list("accept", top.accept).flatMap((value, index): Accepted[] => {
    const path = `accept[${index}]`;
    const one = reader.block(path, value, ["rule", "because", "node"]);
    const [rule, because] = [reader.text(`${path}.rule`, one.rule), reader.text(`${path}.because`, one.because)];
    const node = one.node === undefined ? undefined : reader.text(`${path}.node`, one.node);
    return rule && because ? [Object.freeze({ rule, because, ...(node === undefined ? {} : { node }) })] : [];
  });
  const marks = reader
    .list("marks", top.marks)
    .flatMap((value, index) => markOf(reader, `marks[${index}]`, value) ?? []);
  const version = top.keepalived;
  const isVersion = version === undefined || (typeof version === "string" && /^\d+\.\d+(\.\d+)?$/.test(version));
  if (!isVersion) reader.wrong("keepalived", version, 'a version in quotes, such as "2.3.3"');
  return {
    facts: { keepalived: isVersion ? version : undefined, cards, segments, accepted, marks },
    problems: reader.problems,
  };
}

function markOf(reader: Reader, path: string, value: unknown): SiteMark | undefined {
  const one = reader.block(path, value, ["mark", "to", "protocol", "port", "lastPort"]);
  const number = (name: string, most: number, missing?: unknown): number | undefined => {
    const got = one[name] ?? missing;
    if (typeof got === "number" && Number.isInteger(got) && got >= 1 && got <= most) return got;
    return reader.wrong(`${path}.${name}`, got, `a whole number, 1 to ${most}`);
  };
  const [mark, port] = [number("mark", 0xffffffff), number("port", 65_535)];
  const last = number("lastPort", 65_535, port);
  const to = typeof one.to === "string" ? cidrOf(one.to)?.address : undefined;
  if (to === undefined) reader.wrong(`${path}.to`, one.to, "a VIP, such as 192.0.2.100");
  const protocol = one.protocol === "tcp" || one.protocol === "udp" ? one.protocol : undefined;
  if (protocol === undefined) reader.wrong(`${path}.protocol`, one.protocol, "tcp or udp");
  if (mark === undefined || port === undefined || last === undefined || !to || !protocol) return undefined;
  if (last < port) return reader.wrong(`${path}.lastPort`, last, `at least ${port}`);
  return Object.freeze({ mark, to, protocol, ports: [port, last] as const });
}

function cardsOf(reader: Reader, path: string, value: unknown): readonly Card[] {
  return Object.entries(reader.mapping(path, value)).map(([name, texts]) =>
    Object.freeze({
      name,
      addresses: Object.freeze(
        reader
          .list(`${path}.${name}`, texts)
          .flatMap((text, index) => reader.cidr(`${path}.${name}[${index}]`, text) ?? []),
      ),
    }),
  );
}

/** Reads the output of `ip -json address`; undefined if it is something else. Leaves out loopback. */
export function readAddresses(text: string): readonly Card[] | undefined {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(found)) return undefined;
  return (found as readonly Mapping[]).flatMap((link): Card[] => {
    if (typeof link !== "object" || typeof link?.ifname !== "string" || link.ifname === "lo") return [];
    const all = Array.isArray(link.addr_info) ? (link.addr_info as readonly Mapping[]) : [];
    const addresses = all.flatMap(({ local, prefixlen }) =>
      typeof local === "string" && typeof prefixlen === "number" ? (cidrOf(`${local}/${prefixlen}`) ?? []) : [],
    );
    return [Object.freeze({ name: link.ifname, addresses: Object.freeze(addresses) })];
  });
}
