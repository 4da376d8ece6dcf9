import type { Context, Kind, Settings, Statement, Table } from "../entry";
import { quoted } from "../quote";
import { nearest } from "../suggest";
import type { Word } from "../words";
import { joined, type Placed, readSettings, rowOf, rowsOf } from "../settings";
import type { Check } from "../keywords/checks";
import { type Endpoint, type Family, endpointOf, endpointText, familyOf } from "./addresses";
import { integerOf, UINT_MAX } from "./numbers";
import { Options } from "./options";
import { single } from "./plain";
import { missing, refuse } from "./problem";

/** How IPVS forwards packets. */
export interface Forwarding {
  readonly method: "NAT" | "DR" | "TUN";
  /** ipip, gue or gre; only with TUN. */
  readonly tunnel?: "ipip" | "gue" | "gre";
  /** Only with gue. */
  readonly port?: number;
  readonly checksum?: "nocsum" | "csum" | "remcsum";
}

const METHODS = ["NAT", "DR", "TUN"] as const;
const isMethod = (text: string): text is Forwarding["method"] => METHODS.some((method) => method === text);

function tunnelOption(word: Word, options: Options, found: Record<string, unknown>): void {
  const { text } = word;
  if (text === "type") {
    const type = options.value(word);
    if (type && ["ipip", "gue", "gre"].includes(type.text)) found.tunnel = type.text;
    else if (type)
      options.drop(
        type,
        `tunnel type \`${type.text}\` is not one of ipip, gue and gre`,
        nearest(type.text, ["ipip", "gue", "gre"]),
      );
  } else if (text === "port") {
    const port = options.value(word);
    const number = port ? integerOf(port.text) : undefined;
    if (number !== undefined && number >= 1 && number <= 65_535) found.port = number;
    else if (port) options.drop(port, `tunnel port \`${port.text}\` is not a port from 1 to 65535`);
  } else if (["nocsum", "csum", "remcsum"].includes(text)) found.checksum = text;
  else
    options.drop(
      word,
      `\`${text}\` is not an option of a tunnel`,
      nearest(text, ["type", "port", "nocsum", "csum", "remcsum"]),
    );
}

/** `NAT`, `DR`, or `TUN [type ipip|gue|gre] [port N] [nocsum|csum|remcsum]` */
export const forwarding = (): Kind<Forwarding> => {
  const kind: Kind<Forwarding> = {
    takes: "NAT, DR or TUN in capitals; after TUN optionally type, port and a kind of checksum",
    read(statement, context) {
      const [first, ...others] = statement.values;
      if (!first) return missing(context, kind, statement);
      const { text } = first;
      if (!isMethod(text))
        return refuse(context, kind, statement.keyword.text, first, {
          suggestion:
            nearest(text, METHODS) ?? METHODS.find((method) => method === text.toUpperCase()) ?? "NAT, DR or TUN",
        });
      const options = new Options(statement, context, others);
      const found: Record<string, unknown> = {};
      for (let word = options.next(); word && !options.isBroken; word = options.next())
        tunnelOption(word, options, found);
      const type = found.tunnel ?? "ipip";
      if (!options.isBroken && (type === "gue") !== (found.port !== undefined))
        options.drop(first, "only a tunnel of type gue has a port, and it needs one");
      if (!options.isBroken && type === "ipip" && (found.checksum ?? "nocsum") !== "nocsum")
        options.drop(first, "a tunnel of type ipip has no checksum");
      if (!options.isBroken && type === "gre" && found.checksum === "remcsum")
        options.drop(first, "a tunnel of type gre has no remote checksum");
      return options.isBroken ? undefined : Object.freeze({ method: text, ...found });
    },
    write: ({ method, tunnel, port, checksum }) => ({
      text: [
        method,
        ...(tunnel === undefined ? [] : ["type", tunnel]),
        ...(port === undefined ? [] : ["port", port]),
        ...(checksum === undefined ? [] : [checksum]),
      ].join(" "),
    }),
  };
  return kind;
};

const SCHEDULERS = [
  "rr",
  "wrr",
  "lc",
  "wlc",
  "lblc",
  "sh",
  "mh",
  "dh",
  "fo",
  "ovf",
  "lblcr",
  "sed",
  "nq",
  "twos",
] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

export const scheduler = (): Kind<Scheduler> =>
  single(`one of ${SCHEDULERS.join(", ")}`, (word, statement, context, kind) => {
    const found = SCHEDULERS.find((name) => name === word.text);
    return (
      found ??
      refuse(context, kind, statement.keyword.text, word, {
        then: "the daemon ignores it, and uses wlc if nothing else is set",
        suggestion: nearest(word.text, SCHEDULERS),
      })
    );
  });

/** A netmask for IPv4, a prefix length for IPv6. */
export const granularity = (): Kind<string> =>
  single(
    "a netmask such as 255.255.255.0, or a prefix length from 1 to 128 for IPv6",
    (word, statement, context, kind) => {
      const bits = /^\d+$/.test(word.text) ? Number(word.text) : undefined;
      if (familyOf(word.text) === "inet" || (bits !== undefined && bits >= 1 && bits <= 128)) return word.text;
      return refuse(context, kind, statement.keyword.text, word);
    },
  );

/** `sorry_server ADDRESS [PORT]` */
export const sorryServer = (): Kind<Endpoint> => {
  const kind: Kind<Endpoint> = {
    takes: "an address, optionally a port",
    read(statement, context) {
      const endpoint = endpointOf(statement, statement.values, context, kind, {});
      return endpoint && Object.freeze(endpoint);
    },
    write: (value) => ({ text: endpointText(value) }),
  };
  return kind;
};

/** A real server: its endpoint, its own settings, and its checks in their order. */
export type RealServerOf<T extends Table> = Placed<Settings<T>> &
  Endpoint & { readonly family: Family; readonly checks: readonly Check[] };

/** `real_server ADDRESS [PORT] { … }` */
export const realServerBlock = <T extends Table>(table: T): Kind<RealServerOf<T>> => {
  const kind: Kind<RealServerOf<T>> = {
    takes: "an address, a port and a block",
    holds: "keywords",
    table,
    read(statement, context) {
      const statements = statement.block?.statements ?? [];
      const settings = readSettings(table, statements, context);
      const checks = statements.flatMap((child) =>
        isCheck(child) ? ((child.entry?.kind.read(child, context) as Check | undefined) ?? []) : [],
      );
      const endpoint = endpointOf(statement, statement.values, context, kind, {
        then: "the daemon skips the whole real server",
      });
      if (!endpoint) return undefined;
      return joined(settings, {
        ...endpoint,
        family: familyOf(endpoint.address) ?? "inet",
        checks: Object.freeze(checks),
        at: statement.keyword.at,
      });
    },
    write: (value) => ({
      text: endpointText(value),
      rows: [
        ...rowsOf(table, value),
        ...value.checks.flatMap((check) => {
          const entry = table[check.method];
          return entry ? rowOf(check.method, entry, check, check.at) : [];
        }),
      ],
    }),
  };
  return kind;
};

const isCheck = (statement: Statement): boolean => statement.entry?.of === "" && statement.entry.retired === undefined;

/** The service of a virtual server: an address, a firewall mark, or a group of either. */
export type Service =
  | ({ readonly kind: "address"; readonly family: Family } & Endpoint)
  | { readonly kind: "fwmark"; readonly fwmark: number }
  | { readonly kind: "group"; readonly group: string };

/** The words after virtual_server. */
function serviceOf(statement: Statement, context: Context, kind: Kind<unknown>): Service | undefined {
  const [first, second] = statement.values;
  if (!first) return missing(context, kind, statement);
  if (first.text === "group") return second ? { kind: "group", group: second.text } : missing(context, kind, statement);
  if (first.text === "fwmark") {
    if (!second) return missing(context, kind, statement);
    const fwmark = integerOf(second.text);
    if (fwmark !== undefined && fwmark >= 0 && fwmark <= UINT_MAX) return { kind: "fwmark", fwmark };
    return refuse(context, kind, statement.keyword.text, second, { then: "the daemon skips the whole virtual server" });
  }
  const endpoint = endpointOf(statement, statement.values, context, kind, {
    then: "the daemon skips the whole virtual server",
  });
  return endpoint && { kind: "address", family: familyOf(endpoint.address) ?? "inet", ...endpoint };
}

function serviceText(service: Service): string {
  switch (service.kind) {
    case "address":
      return endpointText(service);
    case "fwmark":
      return `fwmark ${service.fwmark}`;
    case "group":
      return `group ${quoted(service.group)}`;
  }
}

export type VirtualServerOf<T extends Table> = Placed<Settings<T>> & { readonly service: Service };

/** `virtual_server ADDRESS [PORT] { … }`, `virtual_server fwmark N { … }`, `virtual_server group NAME { … }` */
export const virtualServerBlock = <T extends Table>(table: T): Kind<VirtualServerOf<T>> => {
  const kind: Kind<VirtualServerOf<T>> = {
    takes: "an address and a port, fwmark N or group NAME, and a block",
    holds: "keywords",
    table,
    read(statement, context) {
      const settings = readSettings(table, statement.block?.statements ?? [], context);
      const service = serviceOf(statement, context, kind);
      return service && joined(settings, { service: Object.freeze(service), at: statement.keyword.at });
    },
    write: (value) => ({ text: serviceText(value.service), rows: rowsOf(table, value) }),
  };
  return kind;
};
