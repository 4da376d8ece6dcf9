"use strict";
// The command's start, with Node alone: it reads the words and checks that the npm modules that the verb needs are installed.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { PROGRAM } = require("./help.cjs");
const { parse, TABLE } = require("./parse.cjs");
const { completion } = require("./complete.cjs");
const { isInstalled } = require("./installed.cjs");

const root = path.join(__dirname, "..", "..");
const loader = path.join(root, "node_modules", "tsx", "dist", "cjs", "index.cjs");

/** What is wrong with the npm modules; undefined: nothing. */
function wrongModules() {
  if (!fs.existsSync(loader)) return "are missing";
  return isInstalled(root) ? undefined : "are not those of package-lock.json";
}

/**
 * Runs a program of the checkout in this one's place.
 * @param {readonly string[]} words
 * @param {import("node:child_process").StdioOptions} [stdio]
 */
function hand(words, stdio = "inherit") {
  const [program = "", ...rest] = words;
  const { status, signal, stdout } = spawnSync(path.join(root, program), rest, { stdio, encoding: "utf8" });
  if (signal !== null) process.kill(process.pid, signal);
  return { code: status ?? 2, stdout };
}

/**
 * What happens if whoever reads the output has enough (`| head`): a verb that only shows something ends as by SIGPIPE, one that
 * changes the lab goes on without output.
 * @param {boolean} ends
 */
function outliveReaders(ends) {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== "EPIPE") throw error;
      if (ends && stream === process.stdout) process.exit(128 + os.constants.signals.SIGPIPE);
    });
}

/** @param {readonly string[]} words */
function main(words) {
  const asked = parse(words);
  const kind = "text" in asked ? "pure" : TABLE.verbs[asked.verb]?.kind;
  outliveReaders(kind === "pure" || kind === "reads");
  if ("text" in asked) {
    process[asked.code === 0 ? "stdout" : "stderr"].write(asked.text);
    return asked.code;
  }
  const spec = TABLE.verbs[asked.verb];
  const lab = asked.lab === undefined ? [] : [asked.lab];
  if (spec?.program !== undefined) {
    const given = Object.keys(spec.options ?? {}).filter((name) => asked.options[name] === true);
    return hand([...spec.program, ...given.map((name) => `--${name}`), ...lab]).code;
  }
  if (asked.verb === "completion") {
    process.stdout.write(completion(asked));
    return 0;
  }
  if (asked.options.quiet === true) process.env.LVS_LAB_SAYS = "less";
  if (asked.options.verbose === true) process.env.LVS_LAB_SAYS = "more";
  const prepare = () => hand(["host/prepare", ...lab], ["inherit", "pipe", "inherit"]);
  const brings = spec?.brings === "host";
  // What the verb refuses comes first, but only with the modules can it say that.
  const prepared = brings && spec?.existing !== true && wrongModules() !== undefined ? prepare() : undefined;
  if (prepared !== undefined && prepared.code !== 0) return prepared.code;
  const wrong = wrongModules();
  if (wrong !== undefined && spec?.brings === "modules") {
    if (asked.options.quiet !== true) process.stderr.write(`the npm modules ${wrong}: running npm ci first\n`);
    const { code } = hand(["host/modules"]);
    if (code !== 0) return code;
  } else if (wrong !== undefined) {
    process.stderr.write(`lab: the npm modules ${wrong} (fix: run npm ci, or ${PROGRAM} up, which does it too)\n`);
    return 2;
  }
  require(loader);
  const { runRequest } = require("../main"); // which is TypeScript
  void runRequest(asked, brings ? () => prepared ?? prepare() : undefined).then((code) => {
    process.exitCode = code;
  });
  return 0;
}

process.exitCode = main(process.argv.slice(2));
