import { isIPv4 } from "node:net";
import type { Source } from "../../model/keepalived/source";

const HOST = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const RESERVED = new Set(["client", "localhost"]);
export const isHostName = (text: string): boolean => HOST.test(text) && !RESERVED.has(text);

/** Gives each name once, in a form that a topology accepts. */
export class Names {
  readonly #taken = new Set<string>();

  /** The wanted name, or the nearest free host name. */
  take(wanted: string): string {
    const plain = wanted
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^[^a-z]+/, "")
      .slice(0, 48)
      .replace(/-+$/, "");
    const base = isHostName(plain) ? plain : `node-${plain}`.replace(/-+$/, "");
    const tries = [base, ...Array.from({ length: this.#taken.size + 1 }, (_, index) => `${base}-${index + 2}`)];
    const name = tries.find((one) => !this.#taken.has(one)) ?? base;
    this.#taken.add(name);
    return name;
  }

  /** The wanted name; if it ends in a number, the first free number from there. */
  takeNext(wanted: string): string {
    const [, base, first] = /^(.*?)(\d+)$/.exec(wanted) ?? [];
    if (base === undefined) return this.take(wanted);
    let number = Number(first);
    while (this.#taken.has(`${base}${number}`)) number += 1;
    return this.take(`${base}${number}`);
  }
}

/** Names of a file's real servers, by address: a comment with only a host name, in the line after `real_server ADDRESS …`. */
export function namesInComments(sources: readonly Source[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { lines } of sources)
    for (const [index, { tokens }] of lines.entries()) {
      const [word, address] = tokens.filter(({ kind }) => kind === "word").map(({ text }) => text);
      if (word !== "real_server" || address === undefined || !isIPv4(address)) continue;
      const behind = (lines[index + 1]?.tokens ?? []).filter(({ kind }) => kind !== "blank" && kind !== "end");
      const [comment] = behind;
      const name =
        comment?.kind === "comment" && behind.length === 1 ? comment.text.replace(/^[#!]\s*/, "").trim() : "";
      if (isHostName(name) && !names.has(address)) names.set(address, name);
    }
  return names;
}

/** `a, b and c` */
export const listed = (all: readonly string[]): string => all.join(", ").replace(/, ([^,]*)$/, " and $1");
