#!/usr/bin/env node
// usage: host/connect.cjs HOST PORT
// Connects standard input and output to a TCP port: the ProxyCommand of `lab ssh-config` runs it inside the lab's network namespace.
"use strict";
const net = require("node:net");

const [host = "", port = ""] = process.argv.slice(2);
const socket = net.connect({ host, port: Number(port), allowHalfOpen: true }, () => {
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
});
/** @param {Error} error */
const give = (error) => {
  process.stderr.write(`connect: ${host}:${port}: ${error.message}\n`);
  process.exit(1);
};
socket.on("error", give);
// The reader has gone.
process.stdout.on("error", () => process.exit(1));
socket.on("close", () => process.exit());
