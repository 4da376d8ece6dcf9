import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { ConfigError } from "../infra/config/error";
import { loadTopology } from "../infra/config/load";
import { graph, walk } from "./graph";
import { findingsOf, findingText, labRow, shippedLabs } from "./topologies";
import { cameUp, cameUpText, inspect, inspectionText } from "./inspect";
import { destroy, open, recreate, restore, resume, serialLog, snapshot, snapshots, up, withSession } from "./lab";
import { overridesOf } from "./naming";
import { embeddedNetns, stateDir } from "./paths";
import { UserError } from "./run";
import { afterUp, checkName, snapshotTable } from "./snapshots";
import { leftovers, removeLeftovers } from "./life/sweep";
import { preview } from "./preview";
import { type Stack, stackOf } from "./stack";
import { table } from "./table";
import { listChecks, verify } from "./verify";
import { exitCode, verifyAloud } from "./verify/told";

const usage = `usage: ./scripts/lab VERB [ARGUMENTS] [--lab LAB]

  up [LAB]              from nothing to a verified lab (default: the lab that Pulumi.dev.yaml chooses)
      --webs N          how many web servers, in a lab that has a group of them
  verify                prove by observation that the lab does what its topology says
      --json            one JSON document; --list the checks of LAB, up or not
      --only ID         only this check (point or name), may be repeated
      --settle SECONDS  how long the lab may take to settle first (default 60)
  inspect [--json]      nodes, addresses, roles, VRRP state, VIP, URL, how to log in
      --boot            how each guest came up (forked or booted), and how long it took
  ssh NODE [COMMAND]    log in to a node, or run a command on it
  console NODE          what the node wrote to its serial console
  shell [client]        a shell inside the lab's network namespace, or the client; a command may follow
  snapshot NAME         keep this moment of the lab: memory and disks of all guests
  snapshots             the moments that are kept
  restore NAME          go back to one, and verify
  reset                 go back to where \`up\` left the lab, and verify
  env [LAB]             shell text for plain pulumi: eval "$(./scripts/lab env)"
  list                  the labs that come with this checkout
  check FILE… [--json]  what is wrong with topology files, all of it; makes and starts nothing
  graph [LAB]           the topology as a drawing: segments, machines, addresses, VIP; --svg or --mermaid instead of text
  walk [LAB]            a request and its answer hop by hop, with MACs and addresses; --mermaid instead of text
  preview [LAB]         what up would change, without libvirt, root, login or key; --json and --diff as pulumi has them
      --policy          and whether it holds what policy/ asks for
  plan [LAB] [--json]   what up would make: resources, every file on every machine, footprint; secrets masked
      --against REF     compare the files with a git revision's (default: with the lab as deployed)
      --files           the files alone, without asking Pulumi
  review --against REF  the comment of a pull request, in Markdown: checks and plans of all labs; --files as in plan
  resume [LAB]          go on where an up or a destroy was cut off: clear away what is half-made, then up
  recreate [LAB]        destroy, up, verify
  drift [LAB] [--json]  where the lab is not what its topology says: libvirt's objects, files, units, tables, VIPs
  repair [LAB]          make it so again
  destroy [LAB]         remove the lab: domains, volumes, networks, processes, files
  sweep [LAB] [--yes]   what labs left behind, by their own mark; --yes removes it
  doctor                what this host lacks, each with its fix

  --lab LAB             which lab (a name in labs/, or the path of a topology file)

Exit codes: 0 done, all checks passed; 1 a check failed, there is drift, a topology was refused by check; 2 it could not be done.
`;

/** Splits the words of ssh and shell from the options: what follows the first plain words is the guest's. */
const passesOn = ["ssh", "shell"];

/** Verbs whose one operand is the lab, and those that take a name. Of all others each has its own words, or none. */
const takesLab = [
  "up",
  "resume",
  "recreate",
  "drift",
  "repair",
  "env",
  "graph",
  "walk",
  "preview",
  "plan",
  "destroy",
  "sweep",
];
const takesName = ["snapshot", "restore", "console"];
const takesNothing = ["verify", "inspect", "snapshots", "reset"];
const ofNoLab = ["list", "review"];

/** Refuses words that a verb would pass over: the lab that they name would not be the one that it acts on. */
function refuseSurplus(verb: string, operands: readonly string[], lab: string | undefined): void {
  const one = takesName.includes(verb) || (takesLab.includes(verb) && lab === undefined);
  if (!one && ![...takesLab, ...takesNothing, ...ofNoLab].includes(verb)) return;
  const surplus = operands[one ? 1 : 0];
  if (surplus === undefined) return;
  const named = takesLab.includes(verb) || lab !== undefined;
  const need = ofNoLab.includes(verb) ? "no more words" : named ? "one lab" : `--lab ${surplus}`;
  throw new UserError(`${verb}: got ${surplus}, need ${need}`);
}

async function main(words: readonly string[]): Promise<number> {
  const [verb = "help", ...rest] = words;
  const passed = passesOn.includes(verb);
  const { values, positionals } = parseArgs({
    args: passed ? leadingOptions(rest) : rest,
    allowPositionals: true,
    options: {
      lab: { type: "string" },
      json: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      settle: { type: "string", default: "60" },
      webs: { type: "string" },
      boot: { type: "boolean", default: false },
      svg: { type: "boolean", default: false },
      mermaid: { type: "boolean", default: false },
      diff: { type: "boolean", default: false },
      policy: { type: "boolean", default: false },
      against: { type: "string" },
      files: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
    },
  });
  const operands = passed ? rest.slice(leadingOptions(rest).length) : positionals;
  refuseSurplus(verb, operands, values.lab);
  const stack = () => stackOf(values.lab ?? (takesLab.includes(verb) ? operands[0] : undefined));
  const settle = Number(values.settle);
  if (!Number.isFinite(settle) || settle < 0)
    throw new UserError(`--settle: got ${values.settle}, need a number of seconds, 0 or more`);

  switch (verb) {
    case "up":
      return up(stack(), { settle, ...(values.webs === undefined ? {} : { webs: values.webs }) });
    case "snapshot":
      return snapshot(stack(), checkName(operands[0]));
    case "snapshots":
      console.log(snapshotTable(await snapshots(stack())));
      return 0;
    case "restore":
      return restore(stack(), checkName(operands[0]), settle);
    case "reset":
      return restore(stack(), afterUp, settle);
    case "verify":
      // What would be proven stands in the file: the lab need not be there.
      if (values.list) {
        const chosen = stack();
        const topology = loadTopology(chosen.file, overridesOf(chosen));
        console.log(table([["ID", "NAME", "WHAT IT PROVES"], ...listChecks(topology)]));
        return 0;
      }
      return withSession(stack(), async (session) => {
        const options = { only: values.only, settle };
        if (!values.json) return verifyAloud(session, options);
        const verified = await verify(session, options);
        console.log(JSON.stringify({ lab: session.lab.lab, ...verified }, null, 2));
        return exitCode(verified);
      });
    case "inspect":
      return withSession(stack(), async (session) => {
        if (values.boot) {
          const guests = await cameUp(session);
          console.log(values.json ? JSON.stringify(guests, null, 2) : cameUpText(guests));
          return 0;
        }
        const inspection = await inspect(session);
        console.log(values.json ? JSON.stringify(inspection, null, 2) : inspectionText(session.lab, inspection));
        return 0;
      });
    case "ssh": {
      const [node, ...command] = operands;
      if (node === undefined) throw new UserError("usage: ./scripts/lab ssh NODE [COMMAND]");
      return withSession(stack(), async (session) => session.interactive(session.node(node).name, command));
    }
    case "console": {
      const [node] = operands;
      if (node === undefined) throw new UserError("usage: ./scripts/lab console NODE");
      process.stdout.write(await serialLog(stack(), node));
      return 0;
    }
    case "shell":
      return shell(stack(), operands);
    case "env": {
      const { env } = await open(stack());
      for (const [name, value] of Object.entries(env)) console.log(`export ${name}='${value.replace(/'/g, "'\\''")}'`);
      return 0;
    }
    case "list":
      console.log(table([["LAB", "DOCUMENT", "NODES", "MEMORY", "WHAT IT TEACHES"], ...shippedLabs().map(labRow)]));
      return 0;
    case "check": {
      if (operands.length === 0) throw new UserError("usage: ./scripts/lab check FILE… [--json]");
      const findings = findingsOf(operands);
      if (values.json) console.log(JSON.stringify(findings, null, 2));
      else for (const finding of findings) console.log(findingText(finding));
      return findings.every(({ problems }) => problems.length === 0) ? 0 : 1;
    }
    case "graph":
      process.stdout.write(graph(stack(), values));
      return 0;
    case "walk":
      process.stdout.write(walk(stack(), values));
      return 0;
    case "preview":
      return preview(stack(), values);
    case "plan": {
      const { plan, planText } = renderers();
      const planned = await plan(stack(), { against: values.against, filesOnly: values.files });
      process.stdout.write(values.json ? `${JSON.stringify(planned, null, 2)}\n` : planText(planned));
      return 0;
    }
    case "review": {
      const { review, reviewComment } = renderers();
      const labs = await review({ against: values.against, filesOnly: values.files });
      process.stdout.write(reviewComment(labs));
      return labs.every((lab) => "plan" in lab) ? 0 : 1;
    }
    case "drift":
    case "repair":
      return differences(verb, stack(), settle, values.json);
    case "resume":
      return resume(stack(), { settle });
    case "recreate":
      return recreate(stack(), { settle });
    case "sweep":
      return sweep(values.lab === undefined && operands[0] === undefined ? undefined : stack(), values.yes);
    case "destroy":
      await destroy(stack());
      return 0;
    case "help":
    case "--help":
    case "-h":
      process.stdout.write(usage);
      return 0;
    default:
      process.stderr.write(`lab: got the verb ${verb}\n\n${usage}`);
      return 2;
  }
}

/** They come with the components and so with Pulumi's SDK, which takes two seconds to load: only where they are needed. */
const renderers = (): typeof import("./plan") & typeof import("./plan/review") => ({
  ...require("./plan"),
  ...require("./plan/review"),
});
const drifting = (): typeof import("./drift") & typeof import("./drift/difference") => ({
  ...require("./drift"),
  ...require("./drift/difference"),
});

/** The options in front of the first plain word. */
function leadingOptions(words: readonly string[]): string[] {
  return words[0] === "--lab" ? [...words.slice(0, 2)] : [];
}

/** Tells of drift, or of what repair could not mend. Answers the exit code. */
async function differences(verb: "drift" | "repair", stack: Stack, settle: number, json: boolean): Promise<number> {
  const { drift, repair, differenceText } = drifting();
  const opened = await open(stack);
  const rest = await (verb === "repair"
    ? repair(opened, settle)
    : withSession(stack, (session) => drift(opened, session)));
  console.log(json ? JSON.stringify({ stack: stack.name, differences: rest }, null, 2) : differenceText(rest));
  return rest.length === 0 ? 0 : 1;
}

/** Lists what labs have left behind, and removes it when told to. */
async function sweep(stack: Stack | undefined, yes: boolean): Promise<number> {
  const { host, found } = await leftovers(stack);
  const rows = found.map(({ kind, name, id }) => [kind, name, id]);
  console.log(found.length === 0 ? "nothing is left over" : table([["KIND", "NAME", "WHICH"], ...rows]));
  if (yes) await removeLeftovers(host, found);
  if (found.length > 0) console.log(yes ? `\n${found.length} removed` : "\nto remove them: the same with --yes");
  return 0;
}

/** A shell, or a command, in the lab's network namespace or where the client is. */
async function shell(stack: Stack, words: readonly string[]): Promise<number> {
  if (words[0] === "client") return withSession(stack, async (session) => session.clientInteractive(words.slice(1)));
  const { host, env } = await open(stack);
  const [program = "sh", ...args] = words.length > 0 ? words : [process.env.SHELL ?? "/bin/sh"];
  const enter = host.embedded ? ["nsenter", `--net=${embeddedNetns}`, "--"] : [];
  const [first = program, ...others] = [...enter, program, ...args];
  return spawnSync(first, others, { stdio: "inherit", env: { ...process.env, ...env } }).status ?? 1;
}

/** Runs a verb; what went wrong is told on standard error. Answers the exit code. */
export async function runVerb(words: readonly string[]): Promise<number> {
  try {
    return await main(words);
  } catch (error) {
    process.stderr.write(`lab: ${told(error)}\n`);
    return 2;
  }
}

/** An error as the person at the terminal is told it; what nobody foresaw with its stack. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : "";
  if (code === "ENOSPC")
    return `a disk is full: ${error.message} (fix: make room for ${stateDir}, then the same again)`;
  const known = error instanceof UserError || error instanceof ConfigError || code.startsWith("ERR_PARSE_ARGS");
  return known ? error.message : String(error.stack ?? error);
}

if (require.main === module)
  void runVerb(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
