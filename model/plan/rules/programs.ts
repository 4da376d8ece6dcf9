import type { Node, Program } from "../plan";
import { type Found, list, type Rule, type View } from "./rule";

const each = ({ plan }: View, found: (program: Program, node: Node) => Found | undefined): readonly Found[] =>
  plan.nodes.flatMap((node) => node.programs.flatMap((program) => found(program, node) ?? []));

/** The scripts that a configuration starts. */
export const programs: readonly Rule[] = [
  {
    name: "script-missing",
    severity: "error",
    summary: "A script is not there",
    why: "the daemon takes the script out of use; an instance that tracks it goes without",
    source: "keepalived.conf(5), SCRIPTS",
    find: (view) =>
      each(view, ({ path, word, at, file }, { name }) =>
        file === false
          ? {
              at,
              message: `${name}: ${word} ${path} is not there`,
              fix: "the script beside keepalived.conf, or the right path",
            }
          : undefined,
      ),
  },
  {
    name: "script-not-executable",
    severity: "error",
    summary: "A script cannot be executed",
    why: "the daemon takes the script out of use",
    source: "keepalived.conf(5), SCRIPTS; execve(2)",
    find: (view) =>
      each(view, ({ path, word, at, file }, { name }) =>
        file && !file.isExecutable
          ? { at, message: `${name}: ${word} ${path} has no permission to be executed`, fix: "chmod +x" }
          : undefined,
      ),
  },
  {
    name: "script-without-interpreter",
    severity: "warning",
    summary: "A script does not begin with #!",
    why: "the kernel does not start such a text by itself: it fails with ENOEXEC",
    source: "execve(2), Interpreter scripts",
    find: (view) =>
      each(view, ({ path, word, at, file }, { name }) =>
        file && !file.hasInterpreter
          ? { at, message: `${name}: ${word} ${path} does not begin with #!`, fix: "#!/bin/sh in its first line" }
          : undefined,
      ),
  },
  {
    name: "script-user-unset",
    severity: "note",
    summary: "Nobody says who runs the scripts",
    why: "they run as keepalived_script where that user exists, else as root, and the daemon warns of it",
    source: "keepalived.conf(5), script_user, enable_script_security",
    find: ({ plan }) =>
      plan.nodes.flatMap(({ name, programs: all, config }): Found[] => {
        const without = all.filter(({ hasUser }) => !hasUser);
        const [first] = without;
        if (!first) return [];
        const security = config.global.enableScriptSecurity;
        return [
          {
            at: first.at,
            also: [security?.at],
            message: `${name}: no script_user, so who runs ${list([...new Set(without.map(({ path }) => path))])} depends on the machine`,
            fix: "script_user root, and enable_script_security, in global_defs",
            ...(security
              ? {
                  severity: "warning" as const,
                  why: "with enable_script_security and without keepalived_script on the machine, scripts of which root does not own the whole path are not run",
                }
              : {}),
          },
        ];
      }),
  },
];
