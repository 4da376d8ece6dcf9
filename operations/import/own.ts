import { posix } from "node:path";
import type { Node } from "../../model/plan/plan";
import type { Machine } from "../../model/plan/site";
import type { WrittenService } from "./data";
import { protocolOf } from "./services";

/** Of a long list of ports, so many are served. */
const MOST_PORTS = 6;
/** `http://127.0.0.1:8080/`, `localhost 3306`, `/dev/tcp/127.0.0.1/80`. */
const ASKED = /(?:(https?):\/\/)?(?:localhost|127\.0\.0\.1|\[::1\])(?:(?:[:/ ]|\s+(?:-p|--port)[ =]?)(\d{1,5}))?\b/g;
const LISTENS: readonly (readonly [file: RegExp, line: RegExp])[] = [
  [/(?:^|\/)haproxy\.cfg$/, /^\s*bind\s+(?:\S*:)?(\d{1,5})\b/gm],
  [/(?:^|\/)nginx[^/]*\.conf$|\/nginx\/.*\.conf$/, /^\s*listen\s+(?:\S*:)?(\d{1,5})\b/gm],
];

/** What a machine without virtual servers serves itself, as far as its files say it: what its scripts ask, and where its proxy listens. */
export function ownServicesOf({ config, programs }: Node, { files }: Machine): readonly WrittenService[] {
  const commands = config.scripts.flatMap(({ script }) => (script ? [script.value.command.join(" ")] : []));
  const names = new Set(programs.map(({ path }) => posix.basename(path)));
  const scripts = [...files].flatMap(([file, { text, isExecutable }]) =>
    names.has(posix.basename(file)) && (isExecutable || text.startsWith("#!")) ? [text] : [],
  );
  const asked = [...commands, ...scripts].flatMap((text) =>
    [...text.matchAll(ASKED)].flatMap(([, scheme, port]): WrittenService[] => {
      const number = port === undefined ? { http: 80, https: 443 }[scheme ?? ""] : Number(port);
      if (number === undefined || number < 1 || number > 65_535) return [];
      return [{ protocol: scheme === "http" || scheme === "https" ? scheme : protocolOf(number, "TCP"), port: number }];
    }),
  );
  const listens = LISTENS.flatMap(([file, line]) =>
    [...files].flatMap(([name, { text }]) =>
      file.test(name)
        ? [...text.matchAll(line)].map(
            ([, port]): WrittenService => ({ protocol: protocolOf(Number(port), "TCP"), port: Number(port) }),
          )
        : [],
    ),
  );
  return [...asked, ...listens].slice(0, MOST_PORTS);
}
