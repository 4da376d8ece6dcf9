/** One thing that is done to a lab. It is plain data, so that what has to be put back can be written down before anything is broken. */
import type { Platform } from "../../components/platform/platform";
import { LIMITS } from "../../model/limits";
import { UserError } from "../../model/userError";
import { run } from "../run";
import type { Session } from "../session/session";
import { until } from "../wait";

export type Act =
  | { readonly do: "run"; readonly node: string; readonly command: string }
  | { readonly do: "power off" | "power on" | "pause" | "resume"; readonly node: string }
  | { readonly do: "link"; readonly node: string; readonly card: string; readonly up: boolean }
  /** VRRP adverts of these addresses are dropped between machines, or pass again. */
  | { readonly do: "adverts"; readonly from: readonly string[]; readonly pass: boolean }
  /** Frames between a card and the others of its segment are dropped, or pass again; the card keeps its link. `from`: those that it sends. */
  | { readonly do: "frames"; readonly node: string; readonly card: string; readonly way: Way; readonly pass: boolean };

export type Way = "from" | "to" | "from and to";

/** The act in words. */
export function actText(act: Act): string {
  switch (act.do) {
    case "run":
      return `${act.node}: ${act.command.split("\n")[0]}`;
    case "adverts":
      return `adverts of ${act.from.join(", ")} ${act.pass ? "pass" : "are dropped"}`;
    case "frames":
      return `${act.node}: frames ${act.way} ${act.card} ${act.pass ? "pass" : "are dropped"}`;
    case "link":
      return `${act.node}: link of ${act.card} ${act.up ? "up" : "down"}`;
    default:
      return `${act.node}: ${act.do}`;
  }
}

/** The machines of a lab, from inside and from outside. */
export type Hands = { readonly session: Session; readonly host: Platform };

/** Sets a guest's clock, which stood still with the guest. */
const CLOCK = "/usr/lib/lvs-lab/clock";

/** A table of the segments' bridges, beside all others. Adding it first lets it be removed where there is none. */
const TABLE = "table bridge lvs-lab-drill";
const table = (rules: readonly string[]): string => `${TABLE} {
  chain forward {
    type filter hook forward priority -300;
${rules.map((rule) => `    ${rule} drop\n`).join("")}  }
}
`;
const PASS = `${TABLE}\ndelete ${TABLE}\n`;

const cardOf = ({ session }: Hands, { node, card }: { readonly node: string; readonly card: string }) => {
  const found = session.node(node).interfaces.find(({ name }) => name === card);
  if (found === undefined) throw new UserError(`${node} has no card ${card}`);
  return found;
};

/** The port of a guest's card on its segment's bridge. libvirt gives it the card's MAC with fe as the first byte. */
async function portOf(hands: Hands, mac: string): Promise<string> {
  const all = JSON.parse(await run(hands.session.enter("ip", "-json", "link"))) as {
    readonly ifname: string;
    readonly address?: string;
  }[];
  const found = all.find(({ address }) => address === `fe${mac.slice(2)}`);
  if (found === undefined) throw new UserError(`no bridge has a port of the card ${mac}`);
  return found.ifname;
}

/** What nft is to do for an act. */
async function rulesOf(hands: Hands, act: Act & { readonly do: "adverts" | "frames" }): Promise<string> {
  if (act.pass) return PASS;
  if (act.do === "adverts") return table([`ip protocol 112 ip saddr { ${act.from.join(", ")} }`]);
  const port = await portOf(hands, cardOf(hands, act).mac);
  return table([
    ...(act.way === "to" ? [] : [`iifname "${port}"`]),
    ...(act.way === "from" ? [] : [`oifname "${port}"`]),
  ]);
}

/** Does it. Throws if it could not be done. */
export async function perform(hands: Hands, act: Act): Promise<void> {
  const { session, host } = hands;
  if (act.do === "adverts" || act.do === "frames") {
    await run(session.enter("nft", "-f", "-"), { input: await rulesOf(hands, act) });
    return;
  }
  const { domain } = session.node(act.node);
  switch (act.do) {
    case "run": {
      const { code, stderr, stdout } = await session.ssh(act.node, act.command);
      if (code !== 0)
        throw new UserError(
          `${actText(act)}: exit code ${code}${(stderr || stdout) && `: ${(stderr || stdout).trim()}`}`,
        );
      return;
    }
    case "power off":
      await host.powerOff(domain);
      return;
    case "power on":
      await host.start(domain);
      await session.reconnect(act.node);
      return answers(session, act.node);
    case "pause":
      return host.pause(domain);
    case "resume":
      await host.tryResume(domain);
      await answers(session, act.node);
      await session.ssh(act.node, CLOCK);
      return;
    case "link":
      return host.setLink(domain, cardOf(hands, act).mac, act.up ? "up" : "down");
  }
}

/** Waits until a guest has booted and answers. */
async function answers(session: Session, node: string): Promise<void> {
  const { seconds } = LIMITS.guestBack;
  const booted = "systemctl is-system-running --wait >/dev/null; true";
  const came = await until(seconds, async () => {
    const { code } = await session.ssh(node, booted, { timeout: seconds });
    if (code !== 0) await session.reconnect(node);
    return code === 0;
  });
  if (!came) throw new UserError(`${node} does not answer SSH ${seconds} s after it was started`);
}

/** Does all of them, each even if one before it failed, and throws the first failure. */
export async function performAll(hands: Hands, acts: readonly Act[]): Promise<void> {
  const done = await Promise.allSettled(acts.map((act) => perform(hands, act)));
  for (const one of done) if (one.status === "rejected") throw one.reason;
}
