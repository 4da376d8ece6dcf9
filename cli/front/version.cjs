"use strict";

const { spawnSync } = require("node:child_process");
const path = require("node:path");

/** The checkout's version, with its commit if git knows it. */
function version() {
  const root = path.join(__dirname, "..", "..");
  /** @type {{ version: string }} */
  const manifest = require("../../package.json");
  // With --git-dir git neither checks who owns the folder nor takes a repository around it.
  const words = ["--git-dir", path.join(root, ".git"), "rev-parse", "--short=12", "HEAD"];
  const { status, stdout } = spawnSync("git", words, { encoding: "utf8", timeout: 2 * 1000 });
  return `lvs-lab ${manifest.version} (${status === 0 ? `commit ${stdout.trim()}` : "commit unknown"})\n`;
}

module.exports = { version };
