/** Installed packages. */
import type { Family } from "../../model/topology/guest";
import { NAMES } from "../machine/family";
import { IPVSADM, KEEPALIVED } from "../roles/director/family";
import { linesOf, type Look } from "./look";

/** Names of installed packages, of those that were asked for. */
export const packages: Look<{ readonly packages: readonly string[] }> = {
  ask: ({ family }) => `show packages ${ask(family)}\n`,
  read: (part) => ({
    packages: linesOf(part, "packages")
      .filter((line) => line.startsWith("ii "))
      .map((line) => line.slice(3)),
  }),
};

/** Prints "ii" and the name of each of these packages that is installed. */
const ask = (family: Family): string => {
  const names = [IPVSADM, KEEPALIVED].map((one) => one[family].name).join(" ");
  switch (NAMES[family].manager) {
    case "apt":
      return `dpkg-query --show --showformat '\${db:Status-Abbrev}\${Package}\\n' ${names}`;
    case "dnf":
      return `rpm --query --queryformat 'ii %{NAME}\\n' ${names}`;
  }
};
