import { isIP } from "node:net";
import type { Position } from "../../keepalived/finding";
import { canonical } from "../addresses";
import { nginxStatements } from "./nginx";

/** An address on which a proxy listens. */
export interface Bind {
  /** Absent: any address. */
  readonly address?: string;
  /** haproxy's `transparent` (IP_TRANSPARENT): the address need not be on the machine. */
  readonly isTransparent: boolean;
  readonly at: Position;
}

/** What a proxy's configuration says about its addresses. */
export interface Proxy {
  readonly program: "haproxy" | "nginx";
  readonly binds: readonly Bind[];
  /** Whether it has lines whose address is not known: names, variables, files that are not here. */
  readonly isPartial: boolean;
}

const ANY = ["", "*", "0.0.0.0", "::"];

type Read = { readonly address?: string } | "elsewhere" | "unknown";

/** The address of `192.0.2.1:80`, `[::]:80`, `:80`, `*:80`, `80`. elsewhere: a socket that is no address. */
function addressOf(text: string): Read {
  if (/^(?:unix:|abns@|\/|quic|fd@|sockpair@)/.test(text)) return "elsewhere";
  if (/[$"%]/.test(text)) return "unknown";
  const bare = text.replace(/^(?:ipv[46]@|tcp[46]?@)/, "");
  const [, bracketed, plain] = /^(?:\[([^\]]*)\](?::.*)?|([^[\]]*?))$/.exec(bare) ?? [];
  const address = bracketed ?? (/^\d+$/.test(plain ?? "") ? "" : (plain ?? "").replace(/:[\d-]*$/, ""));
  if (ANY.includes(address)) return {};
  return isIP(address) === 0 ? "unknown" : { address: canonical(address) };
}

function proxyOf(
  program: Proxy["program"],
  lines: readonly { read: Read; isTransparent: boolean; at: Position }[],
  isPartial: boolean,
): Proxy {
  return {
    program,
    binds: lines.flatMap(({ read, isTransparent, at }) =>
      typeof read === "string" ? [] : [{ ...read, isTransparent, at }],
    ),
    isPartial: isPartial || lines.some(({ read }) => read === "unknown"),
  };
}

/** Reads haproxy.cfg: the lines `bind` of its sections, and the addresses of the old form `listen NAME ADDRESS:PORT`. */
export function readHaproxy(file: string, text: string): Proxy {
  const lines = text.split("\n").flatMap((line, index) => {
    const words = line
      .replace(/(^|[^\\])#.*$/, "$1")
      .trim()
      .split(/\s+/);
    const at = { file, line: index + 1, column: 1 };
    const said =
      words[0] === "bind" ? words[1] : words[0] === "listen" || words[0] === "frontend" ? words[2] : undefined;
    const isTransparent = words.includes("transparent");
    return (said ?? "")
      .split(",")
      .flatMap((one) => (said === undefined ? [] : [{ read: addressOf(one), isTransparent, at }]));
  });
  return proxyOf("haproxy", lines, false);
}

/** Reads the files of nginx: `listen` of its servers. A server without one listens on port 80 of any address. */
export function readNginx(files: ReadonlyMap<string, string>, isPartial: boolean): Proxy {
  const lines = [...files].flatMap(([file, text]) =>
    nginxStatements(text).flatMap(({ words: [word, said = ""], line }) =>
      word === "listen" ? [{ read: addressOf(said), isTransparent: false, at: { file, line, column: 1 } }] : [],
    ),
  );
  return proxyOf("nginx", lines, isPartial);
}
