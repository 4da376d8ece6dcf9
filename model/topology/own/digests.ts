/** Digests that HTTP_GET and SSL_GET expect: those of the stand-ins' pages. */
import { createHash } from "node:crypto";
import type { Config } from "../../keepalived/config/config";
import { canonical } from "../../plan/addresses";
import type { Edit, Lines } from "./edit";

/** keepalived compares the MD5 of what a server sends with it. */
const digestOf = (page: string): string => createHash("md5").update(page).digest("hex");

/** The edits that make every digest that of the stand-in with this address. `nameOf`: the stand-in's name; undefined: it is none. */
export function digestEdits(
  { virtualServers }: Config,
  lines: Lines,
  nameOf: (address: string) => string | undefined,
): readonly Edit[] {
  return virtualServers.flatMap(({ realServers }) =>
    realServers.flatMap(({ checks }) =>
      checks.flatMap((check) => {
        if (check.method !== "HTTP_GET" && check.method !== "SSL_GET") return [];
        const name = nameOf(canonical(check.target.address));
        return name === undefined
          ? []
          : check.url.flatMap(({ value: { digest } }): Edit[] => {
              const at = digest && lines.next(digest.at);
              return at === undefined
                ? []
                : [
                    {
                      at,
                      to: lines.wordAt(at).to,
                      text: digestOf(`${name}\n`),
                      what: "the digest of a page",
                      why: `${name} serves a page of its own`,
                    },
                  ];
            });
      }),
    ),
  );
}
