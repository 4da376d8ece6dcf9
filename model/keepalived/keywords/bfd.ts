import { alias, given, one, type Table } from "../entry";
import { address } from "../kinds/addresses";
import { integer, seconds, weight } from "../kinds/numbers";
import { flag, onOff } from "../kinds/plain";

/** The daemon accepts more, but logs that it is not sensible. */
const MILLISECONDS = { min: 1, max: 4_294_967, decimals: 3 } as const;

/** The words of bfd_instance. Times are in milliseconds. */
export const bfdInstance = {
  source_ip: one(address()),
  neighbor_ip: one(address({ then: "the daemon skips the whole instance" })),
  neighbour_ip: alias("neighbor_ip", address({ then: "the daemon skips the whole instance" })),
  min_rx: given(milliseconds(MILLISECONDS), 10),
  min_tx: given(milliseconds(MILLISECONDS), 10),
  idle_tx: given(milliseconds({ ...MILLISECONDS, min: 1000 }), 1000),
  multiplier: given(integer({ min: 1, max: 255 }), 5),
  passive: one(flag()),
  ttl: one(integer({ min: 1, max: 255 })),
  hoplimit: alias("ttl", integer({ min: 1, max: 255 })),
  max_hops: one(integer({ min: -1, max: 255 })),
  multihop: one(onOff(), { since: "2.2.8" }),
  weight: given(weight({ min: -253, max: 253 }), Object.freeze({ weight: 0, isReversed: false })),
  vrrp: one(flag()),
  checker: one(flag()),
} satisfies Table;

function milliseconds(range: Parameters<typeof seconds>[0]): ReturnType<typeof seconds> {
  const kind = seconds(range);
  return { ...kind, takes: kind.takes.replace("seconds", "milliseconds") };
}
