/** Rules about health checks: whether a real server that works passes them. */
import type { Problem } from "../error";
import type { VirtualServer } from "../topology";
import type { Rule } from "./rule";

/** Paths that every web server has. Others give 404. */
const PAGES = ["/", "/index.html", "/lvs-lab/object"];
/** Paths of Apache's own configuration, which differs by distribution. */
const OF_PACKAGES = /^\/(icons|manual|error|server-status|server-info|cgi-bin)(\/|$)/;

/** The status of every web server's answer for a path of a check; undefined: unknown. */
export function statusOf(path: string): 200 | 404 | undefined {
  const plain = decoded(path.replace(/[?#].*$/, ""))?.replaceAll(/\/{2,}/g, "/");
  if (plain === undefined || OF_PACKAGES.test(plain) || plain.includes("/.")) return undefined;
  return PAGES.includes(plain) ? 200 : 404;
}

/** A path without percent signs; undefined: it cannot be decoded. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

const checksOf = (servers: readonly VirtualServer[]) =>
  servers.map((server, index) => ({ ...server, path: `virtualServers[${index}].check` }));

export const checkUnanswered: Rule = {
  name: "checkUnanswered",
  severity: "warning",
  summary:
    "An HTTP_GET asks for a page that the web servers have, with the status that they give. Otherwise every real server is out for ever.",
  reads: ["virtualServers"],
  reason: "keepalived.conf(5), HTTP_GET, status_code: another status is a failure of the real server",
  find: ({ virtualServers }) =>
    checksOf(virtualServers).flatMap(({ path, check }): Problem[] => {
      if (check.type !== "HTTP_GET" || check.path === undefined) return [];
      const [gives, wants] = [statusOf(check.path), check.status ?? 200];
      if (gives === undefined || gives === wants) return [];
      const fix = `every check would fail, and all real servers would be out for ever: a web server has ${PAGES.join(", ")}`;
      return gives === 404
        ? [
            {
              path: `${path}.path`,
              got: `${check.path}, for which every web server gives 404`,
              need: `a page that gives ${wants}`,
              fix,
            },
          ]
        : [
            {
              path: `${path}.status`,
              got: String(wants),
              need: `200, which every web server gives for ${check.path}`,
              fix,
            },
          ];
    }),
};

export const udpAskedByTcp: Rule = {
  name: "udpAskedByTcp",
  severity: "error",
  summary: "A UDP service has a check that asks by UDP, or that is no question of its port.",
  reads: ["virtualServers"],
  reason: "keepalived.conf(5), UDP_CHECK, DNS_CHECK, PING_CHECK, MISC_CHECK: TCP_CHECK and HTTP_GET connect by TCP",
  find: ({ virtualServers }) =>
    checksOf(virtualServers)
      .filter(({ protocol }) => protocol === "UDP")
      .map(({ path, check, port }) => ({
        path: `${path}.type`,
        got: `${check.type}, which asks port ${port} by TCP`,
        need: port === 53 ? "DNS_CHECK" : "UDP_CHECK, DNS_CHECK, PING_CHECK or MISC_CHECK",
        fix: "nothing listens there by TCP, so every real server would be out for ever: a topology has no such check, so bring your own keepalived.conf",
      })),
};
