import type { Context, Kind, Statement } from "../entry";
import { quoted } from "../quote";
import type { Word } from "../words";
import { type Endpoint, familyOf, isMulticast, portOf } from "./addresses";
import { integerOf } from "./numbers";
import { Options } from "./options";
import { missing, refuse } from "./problem";

/** 31 days, in seconds. */
export const LONGEST_TIMEOUT = 86_400 * 31;

/** `smtp_server HOST [PORT]`: the host may be a name. */
export const smtpServer = (): Kind<Endpoint> => {
  const kind: Kind<Endpoint> = {
    takes: "an address or a host name, optionally a port",
    read(statement, context) {
      const [host, port] = statement.values;
      if (!host) return missing(context, kind, statement);
      const number = port ? portOf(port, statement.keyword.text, context) : 25;
      return number === undefined ? undefined : Object.freeze({ address: host.text, port: number === 0 ? 25 : number });
    },
    write: ({ address: host, port }) => ({ text: port === 25 ? quoted(host) : `${quoted(host)} ${port}` }),
  };
  return kind;
};

/** Seconds. A missing value keeps the kernel's. */
export interface LvsTimeouts {
  readonly tcp?: number;
  readonly tcpfin?: number;
  readonly udp?: number;
}

/** The integer after an option; undefined after a finding. */
function number(options: Options, option: Word, min: number, max: number): number | undefined {
  const word = options.next();
  const value = word ? integerOf(word.text) : undefined;
  if (value !== undefined && value >= min && value <= max) return value;
  return options.ignore(
    word ?? option,
    `${option.text} ${word ? `\`${word.text}\` is not an integer from ${min} to ${max}` : "has no value"}`,
  );
}

/** `lvs_timeouts [tcp SECONDS] [tcpfin SECONDS] [udp SECONDS]` */
export const timeouts = (): Kind<LvsTimeouts> => {
  const kind: Kind<LvsTimeouts> = {
    takes: "tcp, tcpfin and udp, each with seconds",
    read(statement, context) {
      if (statement.values.length < 2) {
        context.report.add(statement.keyword.at, {
          severity: "error",
          rule: "missing-value",
          message: `${statement.keyword.text} takes ${kind.takes}`,
          why: "the daemon ignores the line",
        });
        return undefined;
      }
      const options = new Options(statement, context, statement.values);
      const found: { -readonly [Name in keyof LvsTimeouts]: LvsTimeouts[Name] } = {};
      for (let word = options.next(); word; word = options.next()) {
        if (word.text !== "tcp" && word.text !== "tcpfin" && word.text !== "udp")
          options.ignore(word, `\`${word.text}\` is not one of tcp, tcpfin and udp`);
        else {
          const value = number(options, word, 0, LONGEST_TIMEOUT);
          if (value !== undefined) found[word.text] = value;
        }
      }
      return Object.freeze(found);
    },
    write: (value) => ({ text: Object.entries(value).flat().join(" ") }),
  };
  return kind;
};

/** The kernel's connection synchronisation. */
export interface SyncDaemon {
  readonly interface: string;
  /** The VRRP instance whose state decides between the master and the backup daemon. */
  readonly instance?: string;
  /** Default: the instance's virtual_router_id. */
  readonly id?: number;
  readonly maxlen?: number;
  readonly port?: number;
  readonly ttl?: number;
  readonly group?: string;
}

const LIMITS = { id: [0, 255], maxlen: [1, 65_507], port: [1, 65_535], ttl: [1, 255] } as const;

function syncOption(
  word: Word,
  index: number,
  options: Options,
  found: Record<string, unknown>,
  context: Context,
): void {
  const { text } = word;
  if (text === "inst") found.instance = options.value(word)?.text;
  else if (Object.hasOwn(LIMITS, text)) {
    const [min, max] = LIMITS[text as keyof typeof LIMITS];
    found[text] = number(options, word, min, max);
  } else if (text === "group") {
    const group = options.value(word);
    if (group && familyOf(group.text) !== undefined && isMulticast(group.text)) found.group = group.text;
    else if (group) options.ignore(group, `group \`${group.text}\` is not a multicast address`);
  } else if (index === 0) found.instance = text;
  else if (index === 1) {
    found.id = integerOf(text);
    context.report.add(word.at, {
      severity: "warning",
      rule: "deprecated-word",
      message: "the word `id` is missing before the id",
      why: "the daemon complains but accepts it; --config-test fails",
      suggestion: `id ${text}`,
      refused: true,
    });
  } else options.ignore(word, `\`${text}\` is not an option of lvs_sync_daemon`);
}

/** `lvs_sync_daemon INTERFACE [INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDRESS]` */
export const syncDaemon = (): Kind<SyncDaemon> => {
  const kind: Kind<SyncDaemon> = {
    takes: "an interface, optionally an instance, id, maxlen, port, ttl and group",
    read(statement: Statement, context) {
      const [first, ...others] = statement.values;
      if (!first) return missing(context, kind, statement);
      const options = new Options(statement, context, others);
      const found: Record<string, unknown> = {};
      for (let word = options.next(); word && !options.isBroken; word = options.next())
        syncOption(word, others.indexOf(word), options, found, context);
      const said = Object.entries(found).filter(([, value]) => value !== undefined);
      return Object.freeze({ interface: first.text, ...Object.fromEntries(said) });
    },
    write: ({ interface: card, instance, ...others }) => ({
      text: [
        quoted(card),
        ...(instance === undefined ? [] : ["inst", quoted(instance)]),
        ...Object.entries(others).flat(),
      ].join(" "),
    }),
  };
  return kind;
};

const BITS = /^[IR](?:RWXU|RWXG|RWXO|[RWX](?:USR|GRP|OTH)|WXU|WXG|WXO)$/;

/** Octal, or names of stat(2) without S_, joined by |. */
export const umask = (): Kind<string> => {
  const kind: Kind<string> = {
    takes: "a number such as 022, or names such as IRWXG|IRWXO",
    read(statement, context) {
      const joined = statement.values.map((word) => word.text).join("");
      const [first] = statement.values;
      if (!first) return missing(context, kind, statement);
      const isNumber = /^\d/.test(joined) && statement.values.length === 1;
      const isValid = isNumber
        ? /^0?[0-7]{1,3}$|^0x1?[0-9a-f]{1,2}$/i.test(joined)
        : joined.split("|").every((name) => BITS.test(name));
      if (!isValid) {
        context.report.add(first.at, {
          severity: "error",
          rule: "bad-value",
          message: `umask \`${joined}\`: umask needs ${kind.takes}`,
          why: "the daemon ignores the line",
        });
        return undefined;
      }
      return joined;
    },
    write: (value) => ({ text: value }),
  };
  return kind;
};

const CHECKED = ["read", "match", "wildcard_match", "brace_match"];

/** `include_check [KIND] [+KIND] [-KIND] …`: which problems of `include` are failures. Without a value all are. */
export const includeCheck = (): Kind<readonly string[]> => {
  const kind: Kind<readonly string[]> = {
    takes: `${CHECKED.join(", ")}; all but the first need + or -`,
    read(statement, context) {
      const options = new Options(statement, context, statement.values);
      const kept: string[] = [];
      for (let word = options.next(); word; word = options.next()) {
        const isPlain = !/^[+-]/.test(word.text);
        if (!CHECKED.includes(word.text.replace(/^[+-]/, "")))
          options.ignore(word, `\`${word.text}\` is not one of ${CHECKED.join(", ")}`);
        else if (isPlain && word !== statement.values[0])
          options.ignore(word, `\`${word.text}\` follows another one and needs + or -`, `+${word.text}`);
        else kept.push(word.text);
      }
      return Object.freeze(kept);
    },
    write: (all) => ({ text: all.join(" ") }),
  };
  return kind;
};

/** The size of the buffer for received adverts. */
export interface ReceiveBuffers {
  readonly policy?: "MTU" | "ADVERT";
  readonly size?: number;
}

/** `vrrp_rx_bufs_policy MTU`, `ADVERT`, or a size */
export const receiveBuffers = (): Kind<ReceiveBuffers> => {
  const kind: Kind<ReceiveBuffers> = {
    takes: "MTU, ADVERT or a size in bytes",
    read(statement, context) {
      if (statement.values.length === 0) return missing(context, kind, statement);
      const options = new Options(statement, context, statement.values);
      const found: { policy?: "MTU" | "ADVERT"; size?: number } = {};
      for (let word = options.next(); word; word = options.next()) {
        const name = word.text.toUpperCase();
        const size = integerOf(word.text);
        const isPolicy = name === "MTU" || name === "ADVERT";
        if (!isPolicy && (size === undefined || size < 0))
          options.ignore(word, `\`${word.text}\` is not one of ${kind.takes}`);
        else if (found.policy !== undefined || found.size !== undefined)
          options.ignore(word, `${statement.keyword.text} needs one of ${kind.takes}`);
        else if (isPolicy) found.policy = name;
        else if (size !== undefined) found.size = size;
      }
      return Object.freeze(found);
    },
    write: ({ policy, size }) => ({ text: String(policy ?? size ?? "") }),
  };
  return kind;
};

/** Repeated gratuitous ARP on interfaces below a virtual MAC. */
export interface ExtraInterfaces {
  readonly seconds: number;
  /** On every such interface, not only on those with VLANs. */
  readonly isAll: boolean;
}

/** `[all] SECONDS` */
export const extraInterfaces = (least: 0 | 1): Kind<ExtraInterfaces> => {
  const kind: Kind<ExtraInterfaces> = {
    takes: `seconds from ${least} to 86400, optionally all`,
    read(statement, context) {
      let seconds: number | undefined;
      let isAll = false;
      for (const word of statement.values) {
        const value = integerOf(word.text);
        if (word.text === "all") isAll = true;
        else if (value !== undefined && value >= least && value <= 86_400) seconds = value;
        else return refuse(context, kind, statement.keyword.text, word);
      }
      return seconds === undefined ? missing(context, kind, statement) : Object.freeze({ seconds, isAll });
    },
    write: ({ seconds, isAll }) => ({ text: `${isAll ? "all " : ""}${seconds}` }),
  };
  return kind;
};
