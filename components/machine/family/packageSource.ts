import type { Family, PackageSource } from "../../../model/topology/guest";
import { NAMES } from ".";

/**
 * Reads a repository: for apt the text after `deb` in sources.list(5), for dnf an address. `[trusted=yes]` before it accepts
 * unsigned packages. For anything else it returns a text that says what is needed.
 */
export function parseSource(text: string, family: Family): PackageSource | string {
  const { manager } = NAMES[family];
  const [, trust, address, rest = ""] =
    /^(\[trusted=yes\] +)?(https?:\/\/[^\s/]\S*)((?: +[\w./-]+)*) *$/.exec(text) ?? [];
  const parts = rest.split(" ").filter(Boolean);
  // A suite that ends with a slash is a folder without components.
  const fits =
    manager === "dnf" ? parts.length === 0 : parts[0]?.endsWith("/") === true ? parts.length === 1 : parts.length > 1;
  return address !== undefined && fits ? { trusted: trust !== undefined, address, parts } : NEEDS[manager];
}

const NEEDS = {
  apt: "[trusted=yes] if it is unsigned, then the address, suite and components or a folder: http://10.0.0.1:8000 ./",
  dnf: "[trusted=yes] if it is unsigned, then the http or https address of a repository",
} as const;

/** A repository as {@link parseSource} reads it. */
export const sourceText = ({ trusted, address, parts }: PackageSource): string =>
  [...(trusted ? ["[trusted=yes]"] : []), address, ...parts].join(" ");
