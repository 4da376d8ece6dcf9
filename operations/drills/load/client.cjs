"use strict";
// The client of a drill. It runs in the client's network namespace, alone, with Node's own modules: it must never be what is slow.
// Argument: JSON with url, rate (requests a second), limit (seconds for a request), ports ([first, count, index of the first one]), held (connections to keep open).
// It writes one line of JSON for each event: {"answer":N,"status","body","servedBy"} once for each different answer;
// {"seq","due","start","end","result":N or "error"} for each request; {"held":id,"at","answered":N or "lost":"why"}
// for each connection that was kept open.
// Times are seconds since 1970. It ends when its standard input ends, after its last request.
const http = require("node:http");
const net = require("node:net");

const { url, rate, limit, ports, held } = JSON.parse(process.argv[2] ?? "{}");
const { hostname, port, pathname } = new URL(url);
const now = () => (performance.timeOrigin + performance.now()) / 1000;
const write = (/** @type {unknown} */ value) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** @type {Map<string, number>} */
const answers = new Map();

/**
 * The number of an answer, which is written once.
 * @param {number | undefined} status @param {string} body @param {unknown} servedBy
 */
function numberOf(status, body, servedBy) {
  const answer = JSON.stringify([status, body, servedBy]);
  const known = answers.get(answer);
  if (known !== undefined) return known;
  const number = answers.size;
  answers.set(answer, number);
  write({ answer: number, status, body, servedBy });
  return number;
}

/**
 * Asks once. Calls back exactly once, with the number of the answer or the error.
 * @param {http.RequestOptions} options @param {(result: number | string) => void} done
 */
function ask(options, done) {
  let over = false;
  const request = http.get({ host: hostname, port: port || 80, path: pathname, ...options }, (response) => {
    let body = "";
    response.setEncoding("utf8");
    response.on("data", (part) => {
      // A page of a lab is a line.
      if (body.length < 4096) body += part;
    });
    response.on("end", () => {
      const { "x-served-by": servedBy } = response.headers;
      end(response.complete ? numberOf(response.statusCode, body.trimEnd(), servedBy) : "answer cut off");
    });
    response.on("error", (error) => end(errorOf(error)));
  });
  const timer = setTimeout(() => {
    end("no answer");
    request.destroy();
  }, limit * 1000);
  request.on("error", (error) => end(errorOf(error)));
  /** @param {number | string} result */
  function end(result) {
    if (over) return;
    over = true;
    clearTimeout(timer);
    done(result);
  }
}

/** @param {Error & { code?: string }} error */
const errorOf = (error) => error.code ?? error.message;

let running = true;
/** @type {(() => void)[]} */
const finishing = [];
let open = 0;
const begin = now() + 0.1;
let seq = 0;

/** Starts every request that is due: late ones too, for the rate does not depend on the answers. */
function tick() {
  if (!running) return;
  while (begin + seq / rate <= now()) one(seq++);
  setTimeout(tick, Math.max(0, (begin + seq / rate - now()) * 1000));
}

/** @param {number} number */
function one(number) {
  const due = begin + number / rate;
  const start = now();
  // IPVS remembers a port for two minutes after its connection: none is used twice within that time.
  const localPort = ports[0] + ((ports[2] + number) % ports[1]);
  open++;
  ask({ agent: false, localPort }, (result) => {
    open--;
    write({ seq: number, due, start, end: now(), result });
    leave();
  });
}

/**
 * Keeps a connection open: a request whose head goes on until the end, a line each second. Its answer says that the connection has lived all the time.
 * @param {number} id
 */
function hold(id) {
  const socket = net.connect(Number(port || 80), hostname);
  let text = "";
  let over = false;
  open++;
  socket.setEncoding("utf8");
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n`);
  const line = setInterval(() => socket.write("X-Held: yes\r\n"), 1000);
  const finish = () => {
    clearInterval(line);
    socket.write("\r\n");
    setTimeout(() => end("no answer"), limit * 1000).unref();
  };
  finishing.push(finish);
  socket.on("data", (part) => (text += part));
  socket.on("error", (error) => end(errorOf(error)));
  socket.on("close", () => end("closed"));
  /** @param {string} why */
  function end(why) {
    if (over) return;
    over = true;
    clearInterval(line);
    socket.destroy();
    open--;
    const [head = "", ...rest] = text.split("\r\n\r\n");
    const status = Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1] ?? 0);
    const servedBy = /^x-served-by: (\S+)/im.exec(head)?.[1];
    const answered = !running && status === 200;
    write({
      held: id,
      at: now(),
      ...(answered
        ? { answered: numberOf(status, rest.join("").trimEnd(), servedBy) }
        : { lost: status === 0 ? why : `answer ${status}` }),
    });
    leave();
  }
}

function leave() {
  if (!running && open === 0) process.exit(0);
}

for (let id = 0; id < held; id++) hold(id);
tick();
process.stdin.on("end", () => {
  running = false;
  for (const finish of finishing) finish();
  leave();
});
process.stdin.resume();
