import type { Context } from "../entry";
import type { Position } from "../finding";
import type { Check } from "../keywords/checks";
import { judgeTargets, nameOf, type RealServer, type VirtualServer } from "./servers";
import type { Tell } from "./tell";

/** Problems that the daemon reports when it completes a virtual server, and the values that it resets. */
export function judgeServer(vs: VirtualServer, context: Context): void {
  const { written } = vs;
  const tell: Tell = (at, complaint) =>
    context.report.add(at ?? written.at, {
      severity: "warning",
      rule: "conflict",
      refused: true,
      ...complaint,
      message: `${nameOf(vs)}: ${complaint.message}`,
    });
  judgeService(vs, tell);
  judgeFlags(vs, tell);
  judgeRealServers(vs, tell);
  judgeQuorum(vs, tell);
  for (const rs of written.realServer) for (const check of rs.value.checks) judgeCheck(check, context);
}

function judgeService(vs: VirtualServer, tell: Tell): void {
  const { written, service, protocol } = vs;
  const isMark =
    service.kind === "fwmark" || (vs.group?.entries.every((entry) => entry.value.kind === "fwmark") ?? false);
  if (written.realServer.length === 0)
    tell(undefined, {
      severity: "error",
      rule: "incomplete-block",
      message: "it has no real_server",
      why: "the daemon drops the virtual server",
      suggestion: "real_server ADDRESS PORT { … }",
    });
  if (!written.lbAlgo)
    tell(undefined, {
      rule: "incomplete-block",
      message: "it has no lb_algo",
      why: "the daemon uses wlc; --config-test fails",
      suggestion: "lb_algo wlc",
    });
  if (!written.lbKind && vs.realServers.some((rs) => !rs.written.lvsMethod))
    tell(undefined, {
      rule: "incomplete-block",
      message: "it has no lb_kind",
      why: "the daemon uses NAT; --config-test fails",
      suggestion: "lb_kind NAT",
    });
  if (!written.protocol && protocol)
    tell(undefined, {
      rule: "incomplete-block",
      message: "it has no protocol",
      why: "the daemon uses UDP, so TCP gets no answer; --config-test fails",
      suggestion: "protocol TCP",
    });
  if (written.protocol && isMark)
    tell(written.protocol.at, {
      message: `protocol ${written.protocol.value} is used with a firewall mark`,
      why: "the daemon ignores it, because a mark covers all protocols; --config-test fails",
      suggestion: "remove it",
    });
  if (service.kind === "group" && !vs.group)
    tell(undefined, {
      severity: "error",
      rule: "unknown-name",
      message: `there is no virtual_server_group ${service.group}`,
      why: "the daemon drops the virtual server",
      refused: false,
    });
  const hasAnyPort =
    service.kind === "address"
      ? service.port === 0
      : (vs.group?.entries.some(({ value }) => value.kind === "addresses" && value.port === 0) ?? false);
  if (hasAnyPort && !written.persistenceTimeout && !written.persistenceGranularity)
    tell(undefined, {
      message: "it has no port and is not persistent",
      why: "the daemon makes it persistent for 360 s; --config-test fails",
      suggestion: "a port, or persistence_timeout 360",
    });
  if (written.ops && protocol && protocol.value !== "UDP")
    tell(written.ops.at, {
      message: `ops is used with protocol ${protocol.value}`,
      why: "the daemon ignores it, because one-packet scheduling is only for UDP",
      suggestion: "remove it",
    });
  if (written.haSuspend && isMark)
    tell(written.haSuspend.at, { message: "ha_suspend is used with a firewall mark", why: "the daemon ignores it" });
}

const isAfter = (a: Position, b: Position | undefined): boolean =>
  b !== undefined && (a.file !== b.file || a.line > b.line || (a.line === b.line && a.column > b.column));

function judgeFlags(vs: VirtualServer, tell: Tell): void {
  const { written } = vs;
  const { lbAlgo } = written;
  for (const [word, place] of [
    ["hashed", written.hashed],
    ["sh-port", written.shPort],
    ["sh-fallback", written.shFallback],
    ["mh-port", written.mhPort],
    ["mh-fallback", written.mhFallback],
  ] as const) {
    if (!place) continue;
    const wanted = word === "hashed" ? ["sh", "mh"] : [word.slice(0, 2)];
    const isKnown = lbAlgo !== undefined && isAfter(place.at, lbAlgo.at);
    if (isKnown && wanted.includes(lbAlgo.value)) continue;
    const isSilent = isKnown && (lbAlgo.value === "sh" || lbAlgo.value === "mh");
    tell(place.at, {
      message: `${word} needs lb_algo ${wanted.join(" or ")} before it`,
      why: isSilent ? "the daemon ignores it silently" : "the daemon ignores it; --config-test fails",
      refused: !isSilent,
    });
  }
  const { sorryServer, sorryServerInhibit, sorryServerLvsMethod } = written;
  for (const [word, place] of [
    ["sorry_server_inhibit", sorryServerInhibit],
    ["sorry_server_lvs_method", sorryServerLvsMethod],
  ] as const)
    if (place && !isAfter(place.at, sorryServer?.at))
      tell(place.at, {
        severity: "error",
        message: `${word} is used ${sorryServer ? "before" : "without"} sorry_server`,
        why: "the daemon ignores it",
        suggestion: "write it after sorry_server",
      });
}

function judgeRealServers(vs: VirtualServer, tell: Tell): void {
  const seen = new Map<string, Position>();
  for (const { value: rs, at } of vs.written.realServer) {
    const name = `real_server ${rs.address} ${rs.port}`;
    const method = (rs.lvsMethod ?? vs.lbKind).value.method;
    if (vs.family !== undefined && rs.family !== vs.family && method !== "TUN")
      tell(at, {
        severity: "error",
        message: `${name} has another address family than the service`,
        why: "the daemon drops the real server, because only tunnels connect the two families",
      });
    const key = `${rs.address} ${method === "NAT" ? rs.port : ""}`;
    if (seen.has(key))
      tell(at, {
        rule: "written-twice",
        message: `${name} occurs twice`,
        why: "the daemon drops the second; --config-test fails",
        suggestion: "remove one of them",
      });
    seen.set(key, at);
    judgePort(vs, rs.port, method, name, at, tell);
  }
  const { sorryServer } = vs;
  if (!sorryServer) return;
  const { address, port } = sorryServer.value;
  judgePort(vs, port, sorryServer.lvsMethod.value.method, `sorry_server ${address} ${port}`, sorryServer.at, tell);
  const twin = vs.realServers.find((rs) => rs.address === address && rs.port === port);
  if (twin && twin.inhibitOnFailure.value !== sorryServer.inhibit)
    tell(sorryServer.at, {
      message: `sorry_server ${address} is also a real server, with another inhibit_on_failure`,
      why: "the daemon uses the real server's",
    });
}

/** DR and TUN cannot change a port. */
function judgePort(vs: VirtualServer, port: number, method: string, name: string, at: Position, tell: Tell): void {
  if (method === "NAT" || port === 0) return;
  const { service, group } = vs;
  const differs =
    service.kind === "address"
      ? service.port !== port
      : (group?.entries.some(({ value }) => value.kind === "addresses" && value.port !== port) ?? false);
  const isMark = service.kind === "fwmark" || (group?.entries.some(({ value }) => value.kind === "fwmark") ?? false);
  if (isMark)
    tell(at, {
      message: `${name} has a port, but the service is a firewall mark`,
      why: `the daemon ignores the port, because ${method} keeps the client's; --config-test fails`,
      suggestion: "port 0",
    });
  else if (differs)
    tell(at, {
      message: `${name} has a port other than the service's`,
      why: `${method} cannot change the port, so the daemon uses the service's; --config-test fails`,
      suggestion: service.kind === "address" ? `port ${service.port}` : undefined,
    });
}

function judgeQuorum(vs: VirtualServer, tell: Tell): void {
  const { written } = vs;
  const weights = vs.realServers.reduce((sum: number, rs: RealServer) => sum + rs.weight.value, 0);
  if (written.quorum.value > weights && written.realServer.length > 0)
    tell(written.quorum.at, {
      rule: "clamped-value",
      message: `quorum ${written.quorum.value} is above the sum of all weights, ${weights}`,
      why: `the daemon uses ${weights}; --config-test fails`,
    });
  if (written.hysteresis.value >= vs.quorum.value && written.realServer.length > 0 && vs.quorum.value > 0)
    tell(written.hysteresis.at, {
      rule: "clamped-value",
      message: `hysteresis ${written.hysteresis.value} is not below the quorum, ${vs.quorum.value}`,
      why: `the daemon uses ${vs.quorum.value - 1}; --config-test fails`,
    });
}

function judgeCheck(check: Check, context: Context): void {
  const lacks = (at: Position, what: string, then = "the daemon drops the check"): void =>
    context.report.add(at, {
      severity: "error",
      rule: "incomplete-block",
      message: `${check.method} has no ${what}`,
      why: then,
      suggestion: `${what} …`,
    });
  judgeTargets(check, context);
  if (check.method === "HTTP_GET" || check.method === "SSL_GET") {
    if (check.url.length === 0) lacks(check.at, "url");
    for (const url of check.url) {
      const { path, regex, regexNoMatch, regexOptions, digest } = url.value;
      if (!path) lacks(url.at, "path", "the daemon drops the url");
      if (!regex && (regexNoMatch ?? regexOptions))
        context.report.add(url.at, {
          severity: "warning",
          rule: "incomplete-block",
          message: "options of regex are used without regex",
          why: "the daemon ignores them",
          refused: false,
        });
      if (digest && regex)
        context.report.add(regex.at, {
          severity: "note",
          rule: "conflict",
          message: "digest and regex are used together",
          why: "a page must then match both",
          refused: false,
        });
    }
  }
  if (check.method === "MISC_CHECK" && !check.miscPath) lacks(check.at, "misc_path");
  if (check.method === "FILE_CHECK" && !check.trackFile) lacks(check.at, "track_file");
  if (check.method === "BFD_CHECK" && !check.name) lacks(check.at, "name");
  if (check.method === "UDP_CHECK" && check.minReplyLength.value > check.maxReplyLength.value)
    context.report.add(check.minReplyLength.at ?? check.at, {
      severity: "error",
      rule: "conflict",
      message: `min_reply_length ${check.minReplyLength.value} is above max_reply_length ${check.maxReplyLength.value}`,
      why: "the check always fails",
    });
}
