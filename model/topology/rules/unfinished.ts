/** Refuses what the model can express but the components cannot build yet. */
import type { Rule } from "./rule";

const later = "not built yet";

export const unfinished: Rule = {
  name: "unfinished",
  severity: "error",
  summary: "Refuses what is not built.",
  reads: ["virtualServers"],
  reason: "docs/limits.md lists what is not built",
  find: ({ virtualServers }) =>
    virtualServers
      .map(({ protocol: asked }, index) => ({ asked, path: `virtualServers[${index}].protocol` }))
      .filter(({ asked }) => asked === "UDP")
      .map(({ asked, path }) => ({ path, got: asked, need: "TCP", fix: `UDP is ${later}` })),
};
