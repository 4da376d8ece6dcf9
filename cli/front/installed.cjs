"use strict";
// Checks whether the npm modules of a folder match its package-lock.json. As a program it takes FOLDER, and its exit code says so.

const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

/**
 * The packages of a lock file, by their folders.
 * @param {string} file
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>}
 */
function packagesOf(file) {
  const { "": _root, ...packages } = JSON.parse(fs.readFileSync(file, "utf8")).packages ?? {};
  return packages;
}

/**
 * Whether the modules of a folder match its lock file. host/modules leaves the lock file's digest. npm leaves its own lock file of what it has
 * installed, without optional packages for other systems.
 * @param {string} folder
 */
function isInstalled(folder) {
  const lock = path.join(folder, "package-lock.json");
  const stamp = path.join(folder, "node_modules", ".lock-digest");
  const digest = crypto.createHash("sha256").update(fs.readFileSync(lock)).digest("hex");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8").startsWith(digest)) return true;
  const own = path.join(folder, "node_modules", ".package-lock.json");
  if (!fs.existsSync(own)) return false;
  const [wanted, found] = [packagesOf(lock), packagesOf(own)];
  return (
    Object.keys(found).every((name) => name in wanted) &&
    Object.entries(wanted).every(([name, { version, integrity, optional }]) => {
      const there = found[name];
      return there === undefined ? optional === true : there.version === version && there.integrity === integrity;
    })
  );
}

module.exports = { isInstalled };

if (require.main === module) process.exitCode = isInstalled(process.argv[2] ?? ".") ? 0 : 1;
