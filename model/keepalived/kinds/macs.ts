import type { Kind } from "../entry";
import { quoted } from "../quote";
import { isKnownOlder } from "../version";
import type { Word } from "../words";
import { familyOf } from "./addresses";
import { Options } from "./options";

/** A virtual MAC's interface. Without a name the daemon makes one. */
export interface VirtualMac {
  readonly name?: string;
  readonly mac?: string;
  readonly group?: string;
}

const isName = (text: string): boolean =>
  text !== "" && Buffer.byteLength(text) <= 15 && text !== "." && text !== ".." && !/[/:\s]/.test(text);

/** Six octets, or five and the virtual_router_id. Neither a multicast address nor one of VRRP's own range. */
function macProblem(text: string): string | undefined {
  const octets = text.replace(/:$/, "").split(":");
  if ((octets.length !== 6 && octets.length !== 5) || octets.some((octet) => !/^[0-9a-f]{1,2}$/i.test(octet)))
    return "is not a MAC address";
  const numbers = octets.map((octet) => Number.parseInt(octet, 16));
  if ((numbers[0] ?? 0) & 1) return "is a multicast address";
  const isOwn = numbers.slice(0, 4).join() === "0,0,94,0" && (numbers[4] === 1 || numbers[4] === 2);
  return isOwn ? "belongs to the range that RFC 5798 reserves for VRRP: leave it out" : undefined;
}

function takeName(word: Word, found: { name?: string }, options: Options): void {
  if (found.name !== undefined) options.ignore(word, `there already is a name: ${found.name}`);
  else if (isName(word.text)) found.name = word.text;
  else options.ignore(word, `\`${word.text}\` is not a valid interface name: at most 15 bytes, without / and :`);
}

/** `use_vmac [NAME] [MAC] [name NAME] [group GROUP]` */
export const virtualMac = (): Kind<VirtualMac> => ({
  takes: "optionally an interface name and a MAC address",
  read(statement, context) {
    const options = new Options(statement, context, statement.values);
    const found: { name?: string; mac?: string; group?: string } = {};
    const hasWords = !isKnownOlder(context.version, "2.2.8");
    for (let word = options.next(); word && !options.isBroken; word = options.next()) {
      if (word.text.includes(":")) {
        const problem = found.mac === undefined ? macProblem(word.text) : "follows another MAC address";
        if (problem === undefined) found.mac = word.text;
        else options.ignore(word, `\`${word.text}\` ${problem}`);
      } else if (hasWords && word.text === "group") {
        const group = options.value(word);
        if (group) found.group = group.text;
      } else if (!hasWords || word.text !== "netlink_notify_msg") {
        const name = hasWords && word.text === "name" ? options.value(word) : word;
        if (name) takeName(name, found, options);
      }
    }
    return Object.freeze(found);
  },
  write: ({ name, mac, group }) => ({
    text: [name ?? [], mac ?? [], group === undefined ? [] : ["group", group]].flat().map(quoted).join(" "),
  }),
});

/** An ipvlan's interface. */
export interface Ipvlan {
  readonly name?: string;
  readonly address?: string;
  readonly type?: string;
}

/** `use_ipvlan [NAME] [ADDRESS] [bridge|private|vepa]` */
export const ipvlan = (): Kind<Ipvlan> => ({
  takes: "optionally an interface name, an address, and bridge, private or vepa",
  read(statement, context) {
    const options = new Options(statement, context, statement.values);
    const found: { name?: string; address?: string; type?: string } = {};
    for (let word = options.next(); word && !options.isBroken; word = options.next()) {
      const { text } = word;
      if (text === "bridge" || text === "private" || text === "vepa") {
        if (found.type === undefined) found.type = text;
        else options.ignore(word, `there already is a type: ${found.type}`);
      } else if (familyOf(text.replace(/\/\d+$/, "")) !== undefined) {
        if (found.address === undefined) found.address = text;
        else options.ignore(word, `there already is an address: ${found.address}`);
      } else takeName(word, found, options);
    }
    return Object.freeze(found);
  },
  write: ({ name, address, type }) => ({ text: [name ?? [], address ?? [], type ?? []].flat().map(quoted).join(" ") }),
});
