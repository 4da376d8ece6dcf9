#!/usr/bin/env node
// usage: host/connect.cjs HOST PORT
// Standard input and output as a TCP connection: the ProxyCommand of `lab ssh-config`, which runs it inside the lab's network namespace.
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
// Who reads has gone.
process.stdout.on("error", () => process.exit(1));
socket.on("close", () => process.exit());
