/** Checks of keepalived's health checks: what they find, what is logged, and what is mailed. */
import { directorsOf, webServersOf } from "../../../model/topology/queries";
import type { Topology } from "../../../model/topology/topology";
import { downServer, serving } from "../drills/down";
import { realServerMails, subjectsOf } from "../drills/mail";
import { allServed, type Check, describe, failover, list, serverOf } from "../../../components/checks/check";

const isChecked = ({ virtualServers }: Topology): boolean =>
  virtualServers.some(({ check }) => check.virtualHost !== undefined);

const hasSorryPage = (topology: Topology): boolean => downServer(topology)?.sorryPage !== undefined;

const mails = ({ vrrp }: Topology): boolean => vrrp?.notification !== undefined;

/** Judges one mail spool: mails must name their director, and go to the topology's addresses. */
function mailProblems(topology: Topology, name: string, mail: string): string[] {
  const id = directorsOf(topology).find((one) => one.name === name)?.vrrp?.routerId ?? "";
  const to = topology.vrrp?.notification?.to ?? [];
  return [
    ...(subjectsOf(mail).every((subject) => subject.startsWith(`[${id}]`))
      ? []
      : [`${name}: a mail does not begin with [${id}]`]),
    ...to.filter((one) => !mail.includes(one)).map((one) => `${name}: no mail to ${one}`),
  ];
}

/** Checks of what happens when real servers or directors fail. */
export const HEALTH: readonly Check[] = [
  {
    name: "health-log",
    title: "health checks have their own log, and are not in the access log",
    needs: "inside",
    applies: isChecked,
    judge: (topology, { inside }) => {
      const logs = webServersOf(topology).map(({ name }) => ({
        name,
        ...(inside?.logs[name] ?? { access: 0, health: 0, visitors: 0 }),
      }));
      return {
        problems: logs.flatMap(({ name, access, health, visitors }) => [
          ...(health === 0 ? [`${name}: health.log has no health check`] : []),
          ...(access > 0 ? [`${name}: access.log has ${access} health checks, must have none`] : []),
          ...(visitors === 0 ? [`${name}: access.log has no request, although it was asked`] : []),
        ]),
        seen: logs
          .map(({ name, health, visitors }) => `${name} ${health} in health.log, ${visitors} of others in access.log`)
          .join("; "),
      };
    },
  },
  {
    name: "one-down",
    title: "a real server with stopped httpd leaves every director's table, the others serve, and it comes back",
    needs: "down",
    applies: (topology) => {
      const server = downServer(topology);
      return server !== undefined && serving(server).length > 1;
    },
    judge: (topology, { down }) => {
      if (down === undefined) return { problems: ["no real server was stopped"], seen: "" };
      const { first, unnoticed, withoutFirst, back } = down;
      return {
        problems: [
          ...unnoticed.map((director) => `${director}: still lists ${first}, whose httpd is stopped`),
          ...allServed(topology, withoutFirst, `with ${first} down`),
          ...(withoutFirst.some((response) => serverOf(topology, response) === first)
            ? [`${first}: answers although it is down`]
            : []),
          ...allServed(topology, back, "with all real servers up again"),
        ],
        seen: `${first} down: out of every table, ${withoutFirst.length} of ${withoutFirst.length} requests served; up again: ${back.length} of ${back.length}`,
      };
    },
  },
  {
    name: "sorry",
    title: "the sorry page answers while all real servers are down, and the real servers serve again when they are up",
    needs: "down",
    applies: hasSorryPage,
    judge: (topology, { down }) => {
      if (down === undefined) return { problems: ["no real server was stopped"], seen: "" };
      const { withoutAll = [], back } = down;
      const page = downServer(topology)?.sorryPage ?? "";
      const wrong = withoutAll.find(({ status, body }) => status !== 200 || body !== page);
      return {
        problems: [
          ...(withoutAll.length === 0 ? ["client: was not asked with all real servers down"] : []),
          ...(wrong === undefined
            ? []
            : [`client: got ${describe(wrong)} with all real servers down, must be 200 "${page}"`]),
          ...allServed(topology, back, "with all real servers up again"),
        ],
        seen: `all down: "${page}"; all up: ${back.length} of ${back.length} served`,
      };
    },
  },
  {
    name: "mail",
    title: "every director sends a mail about each real server that goes down or comes up again",
    needs: "down",
    applies: (topology) => mails(topology) && hasSorryPage(topology),
    judge: (topology, { down }) => {
      const server = downServer(topology);
      const spools = directorsOf(topology).map(({ name }) => ({ name, mail: down?.mail[name] ?? "" }));
      const changes = (mail: string, word: "UP" | "DOWN"): number => realServerMails(subjectsOf(mail), word);
      const count = server === undefined ? 0 : serving(server).length;
      return {
        problems: spools.flatMap(({ name, mail }) => [
          ...(["DOWN", "UP"] as const).flatMap((word) =>
            changes(mail, word) >= count
              ? []
              : [`${name}: mailed ${changes(mail, word)} times that a real server is ${word}, of ${count}`],
          ),
          ...mailProblems(topology, name, mail),
        ]),
        seen: spools
          .map(({ name, mail }) => `${name}: ${subjectsOf(mail).length} mails, the last ${subjectsOf(mail).at(-1)}`)
          .join("; "),
      };
    },
  },
  {
    name: "mail-state",
    title: "every director that becomes MASTER sends a mail about it",
    needs: "failover",
    applies: (topology) => mails(topology) && directorsOf(topology).length > 1,
    judge: failover((topology, { stopped, holdersAfterStop, holdersAfterStart, mail }) => {
      const masters = [...new Set([...holdersAfterStop, ...holdersAfterStart])];
      return {
        problems: masters.flatMap((name) => [
          ...(subjectsOf(mail[name] ?? "").some((subject) => subject.endsWith("Entering MASTER state"))
            ? []
            : [`${name}: no mail that it became MASTER`]),
          ...mailProblems(topology, name, mail[name] ?? ""),
        ]),
        seen: `keepalived stopped on ${stopped}: mails that they became MASTER from ${list(masters)}`,
      };
    }),
  },
];
