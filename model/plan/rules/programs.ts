import type { Node, Program } from "../plan";
import { type Found, list, type Rule, type View } from "./rule";

const each = ({ plan }: View, found: (program: Program, node: Node) => Found | undefined): readonly Found[] =>
  plan.nodes.flatMap((node) => node.programs.flatMap((program) => found(program, node) ?? []));

/** Rules about the scripts that a configuration starts. */
export const programs: readonly Rule[] = [
  {
    name: "script-missing",
    severity: "error",
    summary: "A script does not exist",
    why: "the daemon disables the script, so an instance does not track it",
    source: "keepalived.conf(5), SCRIPTS",
    find: (view) =>
      each(view, ({ path, word, at, file }, { name }) =>
        file === false
          ? {
              at,
              message: `${name}: ${word} ${path} does not exist`,
              fix: "put the script beside keepalived.conf, or correct the path",
            }
          : undefined,
      ),
  },
  {
    name: "script-not-executable",
    severity: "error",
    summary: "A script is not executable",
    why: "the daemon disables the script",
    source: "keepalived.conf(5), SCRIPTS; execve(2)",
    find: (view) =>
      each(view, ({ path, word, at, file }, { name }) =>
        file && !file.isExecutable
          ? { at, message: `${name}: ${word} ${path} is not executable`, fix: "chmod +x" }
          : undefined,
      ),
  },
  {
    name: "script-without-interpreter",
    severity: "warning",
    summary: "A script does not begin with #!",
    why: "the kernel cannot start such a file: it fails with ENOEXEC",
    source: "execve(2), Interpreter scripts",
    find: (view) =>
      each(view, ({ path, word, at, file }, { name }) =>
        file && !file.hasInterpreter
          ? { at, message: `${name}: ${word} ${path} does not begin with #!`, fix: "write #!/bin/sh in its first line" }
          : undefined,
      ),
  },
  {
    name: "script-user-unset",
    severity: "note",
    summary: "No user is set for the scripts",
    why: "they run as keepalived_script if that user exists, otherwise as root with a warning of the daemon",
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
            message: `${name}: no script_user, so the user of ${list([...new Set(without.map(({ path }) => path))])} depends on the machine`,
            fix: "set script_user root, and enable_script_security, in global_defs",
            ...(security
              ? {
                  severity: "warning" as const,
                  why: "with enable_script_security, and without a user keepalived_script, the daemon runs only scripts whose whole path root owns",
                }
              : {}),
          },
        ];
      }),
  },
];
