"use strict";

const { spawnSync } = require("node:child_process");
const path = require("node:path");

/** The version of the checkout, with its commit where git can tell. */
function version() {
  const root = path.join(__dirname, "..", "..");
  /** @type {{ version: string }} */
  const manifest = require("../../package.json");
  // Named like this, git does not ask whose folder it is, nor takes another repository's around it.
  const words = ["--git-dir", path.join(root, ".git"), "rev-parse", "--short=12", "HEAD"];
  const { status, stdout } = spawnSync("git", words, { encoding: "utf8", timeout: 2 * 1000 });
  return `lvs-lab ${manifest.version} (${status === 0 ? `commit ${stdout.trim()}` : "commit unknown"})\n`;
}

module.exports = { version };
